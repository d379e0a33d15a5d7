import { at, differ, ec2Page, localLacks, motoLacks, motoTakes, type Divergence } from '../divergence.ts';

const CODES = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html';

const shapes: readonly Divergence[] = [
  motoLacks(
    [
      at(['ec2: launches an instance'], {
        'Instances[].Architecture': 'x86_64',
        'Instances[].EnaSupport': true,
        'Instances[].HibernationOptions.Configured': false,
        'Instances[].Operator': { Managed: false },
        'Instances[].PublicDnsName': '',
        'Instances[].VirtualizationType': 'hvm',
      }),
      at(
        [
          'ec2: describes an instance that runs',
          'ec2: finds instances by tag and state',
          'ec2: describes an instance that is stopped',
        ],
        {
          'Reservations[].Instances[].Architecture': 'x86_64',
          'Reservations[].Instances[].EnaSupport': true,
          'Reservations[].Instances[].HibernationOptions.Configured': false,
          'Reservations[].Instances[].Operator': { Managed: false },
          'Reservations[].Instances[].PublicDnsName': '',
          'Reservations[].Instances[].VirtualizationType': 'hvm',
        },
      ),
    ],
    {
      page: ec2Page('Instance'),
      because:
        'moto has these of images that it brings itself, not of one that was registered, or not at all',
    },
  ),
  localLacks(
    [
      at(['ec2: launches an instance'], {
        'Instances[].NetworkInterfaces[].MacAddress': '<opaque>',
        'Instances[].Placement.GroupName': '',
        'Instances[].SriovNetSupport': 'simple',
        'Instances[].StateTransitionReason': '',
      }),
      at(
        [
          'ec2: describes an instance that runs',
          'ec2: finds instances by tag and state',
          'ec2: describes an instance that is stopped',
        ],
        {
          'Reservations[].Instances[].NetworkInterfaces[].MacAddress': '<opaque>',
          'Reservations[].Instances[].Placement.GroupName': '',
          'Reservations[].Instances[].SriovNetSupport': 'simple',
        },
      ),
      at(['ec2: describes an instance that runs', 'ec2: finds instances by tag and state'], {
        'Reservations[].Instances[].StateTransitionReason': '',
      }),
      at(['ec2: describes an instance that is stopped'], {
        'Reservations[].Instances[].StateTransitionReason': 'User initiated (<time>)',
      }),
    ],
    {
      page: ec2Page('Instance'),
      because:
        'left out here: nothing of the product reads them. That a placement group or a reason is empty says nothing',
    },
  ),
  differ(
    [
      at(['ec2: launches an instance'], {
        'Instances[].NetworkInterfaces[].Association': { moto: {} },
        'Instances[].StateReason': { moto: { Code: '', Message: '' } },
      }),
      at(
        [
          'ec2: describes an instance that runs',
          'ec2: finds instances by tag and state',
          'ec2: describes an instance that is stopped',
        ],
        { 'Reservations[].Instances[].NetworkInterfaces[].Association': { moto: {} } },
      ),
      at(['ec2: describes an instance that runs', 'ec2: finds instances by tag and state'], {
        'Reservations[].Instances[].StateReason': { moto: { Code: '', Message: '' } },
      }),
    ],
    {
      right: 'local-aws',
      page: ec2Page('Instance'),
      because:
        'moto gives an empty association to an interface without a public address, and an empty reason to an instance that runs',
    },
  ),
  differ(
    [
      at(['ec2: launches an instance'], {
        'Instances[].NetworkInterfaces[].Attachment.DeleteOnTermination': { local: true, moto: false },
      }),
      at(
        [
          'ec2: describes an instance that runs',
          'ec2: finds instances by tag and state',
          'ec2: describes an instance that is stopped',
        ],
        {
          'Reservations[].Instances[].NetworkInterfaces[].Attachment.DeleteOnTermination': {
            local: true,
            moto: false,
          },
        },
      ),
      at(['ec2: describes the interfaces of an instance', 'ec2: describes an interface in its group'], {
        'NetworkInterfaces[].Attachment.DeleteOnTermination': { local: true, moto: false },
      }),
    ],
    {
      right: 'neither-documented',
      page: ec2Page('InstanceNetworkInterfaceSpecification'),
      because:
        'the page does not say whether an interface that a launch makes by itself goes with its instance; here it does',
    },
  ),
  differ(
    [
      at(['ec2: launches an instance'], {
        'Instances[].NetworkInterfaces[].Description': { local: '', moto: 'Primary network interface' },
      }),
      at(
        [
          'ec2: describes an instance that runs',
          'ec2: finds instances by tag and state',
          'ec2: describes an instance that is stopped',
        ],
        {
          'Reservations[].Instances[].NetworkInterfaces[].Description': {
            local: '',
            moto: 'Primary network interface',
          },
        },
      ),
      at(['ec2: describes the interfaces of an instance', 'ec2: describes an interface in its group'], {
        'NetworkInterfaces[].Description': { local: '', moto: 'Primary network interface' },
      }),
    ],
    {
      right: 'neither-documented',
      page: ec2Page('RunInstances'),
      because: 'the page does not say what description an interface has that the request gave none',
    },
  ),
  motoLacks(
    [
      at(['ec2: describes the interfaces of an instance', 'ec2: describes an interface in its group'], {
        'NetworkInterfaces[].AvailabilityZoneId': '<opaque>',
        'NetworkInterfaces[].PrivateDnsName': '<private name>.eu-west-1.compute.internal',
      }),
    ],
    { page: ec2Page('NetworkInterface'), because: 'an interface has both' },
  ),
  localLacks(
    [
      at(['ec2: describes the interfaces of an instance', 'ec2: describes an interface in its group'], {
        'NetworkInterfaces[].MacAddress': '<opaque>',
        'NetworkInterfaces[].RequesterId': '<AIDA>',
      }),
    ],
    { page: ec2Page('NetworkInterface'), because: 'left out here: nothing of the product reads them' },
  ),
];

/** What follows from earlier steps, seen on the stopped instance. */
const afterwards: readonly Divergence[] = [
  motoLacks(
    [
      at(['ec2: describes an instance that is stopped'], {
        'Reservations[].Instances[].SecurityGroups': [
          { GroupId: '<isolation group>', GroupName: 'cordon-isolation' },
        ],
      }),
    ],
    {
      page: ec2Page('Instance'),
      because:
        'the groups of an instance are those of its first interface; moto has none once they were changed there',
    },
  ),
  differ(
    [
      at(['ec2: describes an instance that is stopped'], {
        'Reservations[].Instances[].BlockDeviceMappings[]': {
          moto: {
            DeviceName: '/dev/sdh',
            Ebs: {
              AttachTime: '<time>',
              DeleteOnTermination: false,
              Status: 'attached',
              VolumeId: '<restored volume>',
            },
          },
        },
      }),
    ],
    { right: 'local-aws', page: ec2Page('AttachVolume'), because: 'moto attached one volume by two names' },
  ),
];

const refusals: readonly Divergence[] = [
  differ(
    [
      at(['ec2: refuses to describe an instance by a malformed id'], {
        'refused.code': { local: 'InvalidInstanceID.Malformed', moto: 'InvalidInstanceID.NotFound' },
      }),
    ],
    { right: 'local-aws', page: CODES, because: 'a malformed id has an error of its own' },
  ),
  motoTakes(['ec2: refuses to launch from an image that is not there'], 'InvalidAMIID.NotFound', {
    page: CODES,
    because: 'the image must be there',
  }),
  motoTakes(['ec2: refuses a group that is not there for an interface'], 'InvalidGroup.NotFound', {
    page: CODES,
    because:
      'the group must be there; moto then has the interface in no group, which would look like isolation',
  }),
  differ(
    [
      at(['ec2: refuses a profile that is not there'], {
        'refused.code': { local: 'InvalidParameterValue', moto: 'NoSuchEntity' },
        status: { local: 400, moto: 404 },
      }),
    ],
    {
      right: 'local-aws',
      page: CODES,
      because:
        'EC2 answers with its own InvalidParameterValue (400); moto lets the error of IAM through (404)',
    },
  ),
];

const metadata: readonly Divergence[] = [
  motoLacks(
    [
      at(['ec2: closes the metadata endpoint'], {
        'InstanceMetadataOptions.HttpProtocolIpv6': 'disabled',
        'InstanceMetadataOptions.HttpTokens': 'required',
        'InstanceMetadataOptions.InstanceMetadataTags': 'disabled',
      }),
      at(['ec2: shows the metadata options'], {
        'MetadataOptions.HttpProtocolIpv6': 'disabled',
        'MetadataOptions.HttpTokens': 'required',
        'MetadataOptions.InstanceMetadataTags': 'disabled',
      }),
      at(['ec2: describes an instance that is stopped'], {
        'Reservations[].Instances[].MetadataOptions.HttpProtocolIpv6': 'disabled',
        'Reservations[].Instances[].MetadataOptions.HttpTokens': 'required',
        'Reservations[].Instances[].MetadataOptions.InstanceMetadataTags': 'disabled',
      }),
    ],
    {
      page: ec2Page('ModifyInstanceMetadataOptions'),
      because: 'what the request does not name stays as it is; moto forgets it',
    },
  ),
  differ(
    [
      at(['ec2: closes the metadata endpoint'], {
        'InstanceMetadataOptions.State': { local: 'pending', moto: 'applied' },
      }),
    ],
    {
      right: 'local-aws',
      page: ec2Page('InstanceMetadataOptionsResponse'),
      because: 'the change is pending first, and applied later',
    },
  ),
];

const associations: readonly Divergence[] = [
  differ(
    [
      at(['ec2: replaces the profile', 'ec2: takes the profile away'], {
        'IamInstanceProfileAssociation.AssociationId': { local: '<new association>', moto: '<association>' },
      }),
      at(['ec2: describes the profile that replaced it'], {
        'IamInstanceProfileAssociations[].AssociationId': {
          local: '<new association>',
          moto: '<association>',
        },
      }),
    ],
    {
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
    [
      at(['ec2: describes the profile that replaced it'], {
        'IamInstanceProfileAssociations[].IamInstanceProfile.Arn': {
          local: 'arn:aws:iam::<member>:instance-profile/quarantine',
          moto: 'arn:aws:iam::<member>:instance-profile/workload',
        },
      }),
      at(['ec2: takes the profile away'], {
        'IamInstanceProfileAssociation.IamInstanceProfile.Arn': {
          local: 'arn:aws:iam::<member>:instance-profile/quarantine',
          moto: 'arn:aws:iam::<member>:instance-profile/workload',
        },
      }),
    ],
    {
      right: 'local-aws',
      page: ec2Page('ReplaceIamInstanceProfileAssociation'),
      because: 'what follows of moto’s second replacement',
    },
  ),
  differ(
    [
      at(['ec2: gives an instance a profile', 'ec2: takes the profile away'], {
        'IamInstanceProfileAssociation.IamInstanceProfile.Id': {
          local: '<AIPA>',
          moto: '<random>',
        },
      }),
      at(['ec2: describes the profile of an instance', 'ec2: describes the profile that replaced it'], {
        'IamInstanceProfileAssociations[].IamInstanceProfile.Id': {
          local: '<AIPA>',
          moto: '<random>',
        },
      }),
      at(['ec2: replaces the profile'], {
        'IamInstanceProfileAssociation.IamInstanceProfile.Id': {
          local: '<AIPA>',
          moto: '<random>',
        },
      }),
    ],
    {
      right: 'local-aws',
      page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html',
      because: 'the id of a profile begins with AIPA; moto draws any',
    },
  ),
];

/** EC2's instances and interfaces. */
export const instanceDivergences: readonly Divergence[] = [
  ...shapes,
  ...afterwards,
  ...refusals,
  ...metadata,
  ...associations,
];
