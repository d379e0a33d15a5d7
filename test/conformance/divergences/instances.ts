import { differ, ec2Page, localLacks, motoLacks, motoTakes, type Divergence } from '../divergence.ts';

const CODES = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html';

const INSTANCE = [
  'ec2: launches an instance',
  'ec2: describes an instance that runs',
  'ec2: finds instances by tag and state',
  'ec2: describes an instance that is stopped',
];

const shapes: readonly Divergence[] = [
  motoLacks(
    INSTANCE,
    [
      '*Instances[].Architecture',
      '*Instances[].EnaSupport',
      '*Instances[].HibernationOptions.Configured',
      '*Instances[].Operator',
      '*Instances[].PublicDnsName',
      '*Instances[].VirtualizationType',
    ],
    {
      page: ec2Page('Instance'),
      because:
        'moto has these of images that it brings itself, not of one that was registered, or not at all',
    },
  ),
  localLacks(
    INSTANCE,
    [
      '*Instances[].NetworkInterfaces[].MacAddress',
      '*Instances[].Placement.GroupName',
      '*Instances[].SriovNetSupport',
      '*Instances[].StateTransitionReason',
    ],
    {
      page: ec2Page('Instance'),
      because:
        'left out here: nothing of the product reads them. That a placement group or a reason is empty says nothing',
    },
  ),
  differ(INSTANCE, ['*Instances[].NetworkInterfaces[].Association', '*Instances[].StateReason'], {
    local: 'absent',
    moto: 'something',
    right: 'local-aws',
    page: ec2Page('Instance'),
    because:
      'moto gives an empty association to an interface without a public address, and an empty reason to an instance that runs',
  }),
  differ(['ec2: *'], ['*Attachment.DeleteOnTermination'], {
    local: 'true',
    moto: 'false',
    right: 'neither-documented',
    page: ec2Page('InstanceNetworkInterfaceSpecification'),
    because:
      'the page does not say whether an interface that a launch makes by itself goes with its instance; here it does',
  }),
  differ(['ec2: *'], ['*NetworkInterfaces[].Description'], {
    local: '""',
    moto: '"Primary network interface"',
    right: 'neither-documented',
    page: ec2Page('RunInstances'),
    because: 'the page does not say what description an interface has that the request gave none',
  }),
  motoLacks(
    ['ec2: describes the interfaces of an instance', 'ec2: describes an interface in its group'],
    ['NetworkInterfaces[].AvailabilityZoneId', 'NetworkInterfaces[].PrivateDnsName'],
    { page: ec2Page('NetworkInterface'), because: 'an interface has both' },
  ),
  localLacks(
    ['ec2: describes the interfaces of an instance', 'ec2: describes an interface in its group'],
    ['NetworkInterfaces[].MacAddress', 'NetworkInterfaces[].RequesterId'],
    {
      page: ec2Page('NetworkInterface'),
      because: 'left out here: nothing of the product reads them',
    },
  ),
];

/** What follows from earlier steps, seen on the stopped instance. */
const afterwards: readonly Divergence[] = [
  motoLacks(['ec2: describes an instance that is stopped'], ['Reservations[].Instances[].SecurityGroups'], {
    page: ec2Page('Instance'),
    because:
      'the groups of an instance are those of its first interface; moto has none once they were changed there',
  }),
  differ(
    ['ec2: describes an instance that is stopped'],
    ['Reservations[].Instances[].BlockDeviceMappings[]'],
    {
      local: 'absent',
      moto: 'something',
      right: 'local-aws',
      page: ec2Page('AttachVolume'),
      because: 'moto attached one volume by two names',
    },
  ),
];

const refusals: readonly Divergence[] = [
  differ(['ec2: refuses to describe an instance by a malformed id'], ['refused.code'], {
    local: '"InvalidInstanceID.Malformed"',
    moto: '"InvalidInstanceID.NotFound"',
    right: 'local-aws',
    page: CODES,
    because: 'a malformed id has an error of its own',
  }),
  motoTakes(['ec2: refuses to launch from an image that is not there'], 'InvalidAMIID.NotFound', {
    page: CODES,
    because: 'the image must be there',
  }),
  motoTakes(['ec2: refuses a group that is not there for an interface'], 'InvalidGroup.NotFound', {
    page: CODES,
    because:
      'the group must be there; moto then has the interface in no group, which would look like isolation',
  }),
  differ(['ec2: refuses a profile that is not there'], ['refused.code', 'status'], {
    local: 'something',
    moto: 'something',
    right: 'local-aws',
    page: CODES,
    because: 'EC2 answers with its own InvalidParameterValue (400); moto lets the error of IAM through (404)',
  }),
];

const metadata: readonly Divergence[] = [
  motoLacks(
    [
      'ec2: closes the metadata endpoint',
      'ec2: shows the metadata options',
      'ec2: describes an instance that is stopped',
    ],
    [
      '*MetadataOptions.HttpProtocolIpv6',
      '*MetadataOptions.HttpTokens',
      '*MetadataOptions.InstanceMetadataTags',
    ],
    {
      page: ec2Page('ModifyInstanceMetadataOptions'),
      because: 'what the request does not name stays as it is; moto forgets it',
    },
  ),
  differ(['ec2: closes the metadata endpoint'], ['InstanceMetadataOptions.State'], {
    local: '"pending"',
    moto: '"applied"',
    right: 'local-aws',
    page: ec2Page('InstanceMetadataOptionsResponse'),
    because: 'the change is pending first, and applied later',
  }),
];

const associations: readonly Divergence[] = [
  differ(
    [
      'ec2: replaces the profile',
      'ec2: describes the profile that replaced it',
      'ec2: takes the profile away',
    ],
    ['*AssociationId'],
    {
      local: '"<new association>"',
      moto: '"<association>"',
      right: 'local-aws',
      page: ec2Page('ReplaceIamInstanceProfileAssociation'),
      because: 'the answer of the page’s example has another id than its request',
    },
  ),
  motoTakes(['ec2: refuses to replace a profile that is no longer there'], 'NoSuchAssociation', {
    page: CODES,
    because: 'the association was replaced, and its id with it; moto replaces it once more',
  }),
  differ(
    ['ec2: describes the profile that replaced it', 'ec2: takes the profile away'],
    ['*IamInstanceProfile.Arn'],
    {
      local: 'something',
      moto: 'something',
      right: 'local-aws',
      page: ec2Page('ReplaceIamInstanceProfileAssociation'),
      because: 'what follows of moto’s second replacement',
    },
  ),
  differ(['ec2: *'], ['*IamInstanceProfile.Id'], {
    local: '"<AIPA>"',
    moto: 'something',
    right: 'local-aws',
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html',
    because: 'the id of a profile begins with AIPA; moto draws any',
  }),
];

/** EC2's instances and interfaces. */
export const instanceDivergences: readonly Divergence[] = [
  ...shapes,
  ...afterwards,
  ...refusals,
  ...metadata,
  ...associations,
];
