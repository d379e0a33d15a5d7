import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { CfnInstance, CfnLaunchTemplate, CfnSecurityGroup, CfnSubnet, CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { CfnInstanceProfile, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { serviceTrust } from '@cordon/constructs';
import { DECOY } from '@cordon/incident/live-drill';
import { userData } from './user-data.ts';

/** The smallest that a VPC may be. Nothing is routed to or from it, so that it may overlap with any other network. */
const NETWORK = '10.65.0.0/28';
/** Root device of Amazon Linux 2023. */
const ROOT_DEVICE = '/dev/xvda';

/** What people see who find it. Cordon does not read these. */
const TAGS = [
  { key: 'Name', value: 'cordon-decoy' },
  { key: 'purpose', value: 'live drill of Cordon: asks for a test domain of GuardDuty, without harm' },
];

/**
 * The decoy of a live drill, for one member account: an instance in a network of its own without a way out, with a role that may do nothing, so that
 * a response has sessions to deny. Only the VPC's resolver hears of it, which needs no route and which no group filters.
 * https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
 */
export class DecoyStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { description: 'Cordon: the decoy of a live drill, to be removed after it' });
    const vpc = new CfnVPC(this, 'Vpc', {
      cidrBlock: NETWORK,
      enableDnsSupport: true,
      enableDnsHostnames: false,
      tags: TAGS,
    });
    const subnet = new CfnSubnet(this, 'Subnet', {
      vpcId: vpc.ref,
      cidrBlock: NETWORK,
      availabilityZone: Fn.select(0, Fn.getAzs()),
      mapPublicIpOnLaunch: false,
    });
    const group = new CfnSecurityGroup(this, 'Group', {
      groupDescription: 'The decoy: nothing in, nothing out',
      vpcId: vpc.ref,
      // EC2 gives a new group an egress rule to everywhere unless it is given another in its place.
      securityGroupEgress: [{ ipProtocol: '-1', cidrIp: '127.0.0.1/32', description: 'nowhere' }],
    });
    const decoy = new CfnInstance(this, 'Decoy', {
      // Metadata options are the launch template's: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html
      launchTemplate: this.#template(subnet, group),
      tags: TAGS,
    });
    new CfnOutput(this, DECOY.instanceOutput, { value: decoy.ref });
  }

  #template(subnet: CfnSubnet, group: CfnSecurityGroup): CfnInstance.LaunchTemplateSpecificationProperty {
    const role = new CfnRole(this, 'Role', {
      description: 'The decoy of a live drill: may do nothing',
      assumeRolePolicyDocument: serviceTrust('ec2.amazonaws.com'),
    });
    const profile = new CfnInstanceProfile(this, 'Profile', { roles: [role.ref] });
    const template = new CfnLaunchTemplate(this, 'Template', {
      launchTemplateData: {
        imageId: `resolve:ssm:${DECOY.imageParameter}`,
        instanceType: DECOY.instanceType,
        iamInstanceProfile: { arn: profile.attrArn },
        metadataOptions: { httpTokens: 'required', httpEndpoint: 'enabled', httpPutResponseHopLimit: 1 },
        // Not `terminate`: a decoy whose time is over while an incident holds it must still be there.
        instanceInitiatedShutdownBehavior: 'stop',
        blockDeviceMappings: [
          {
            deviceName: ROOT_DEVICE,
            ebs: {
              encrypted: true,
              volumeType: 'gp3',
              volumeSize: DECOY.diskGiB,
              deleteOnTermination: true,
            },
          },
        ],
        networkInterfaces: [
          {
            deviceIndex: 0,
            subnetId: subnet.ref,
            groups: [group.attrGroupId],
            associatePublicIpAddress: false,
            deleteOnTermination: true,
          },
        ],
        userData: Fn.base64(userData()),
      },
    });
    return { launchTemplateId: template.ref, version: template.attrLatestVersionNumber };
  }
}
