import { CfnLaunchTemplate, type CfnSecurityGroup, type CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import {
  FORENSIC_LAUNCH_TEMPLATE_NAME,
  FORENSIC_MACHINE_ROLE_NAME,
  type CordonConfig,
} from '@cordon/incident';
import type { GuardedKey } from '@cordon/constructs';

/** Root device of Amazon Linux 2023 and of images made from it. */
const ROOT_DEVICE = '/dev/xvda';
const ROOT_SIZE_GIB = 30;

/** What the machine is started with. */
interface ForensicMachineProps {
  readonly settings: CordonConfig['forensics'];
  readonly subnet: CfnSubnet;
  readonly group: CfnSecurityGroup;
  readonly key: GuardedKey;
}

/**
 * The launch template of the forensic machine. Its network interface names subnet and group, so that whoever starts it
 * needs no more than the template's name. The image is looked up at launch, a patched one is taken without a deployment:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html#use-an-ssm-parameter-instead-of-an-ami-id
 */
export const forensicMachine = (
  scope: Construct,
  { settings, subnet, group, key }: ForensicMachineProps,
): CfnLaunchTemplate =>
  new CfnLaunchTemplate(scope, 'Machine', {
    launchTemplateName: FORENSIC_LAUNCH_TEMPLATE_NAME,
    launchTemplateData: {
      imageId: `resolve:ssm:${settings.imageParameter}`,
      instanceType: settings.instanceType,
      // By name: the profile is made once, in the home Region.
      iamInstanceProfile: { name: FORENSIC_MACHINE_ROLE_NAME },
      metadataOptions: { httpTokens: 'required', httpEndpoint: 'enabled', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: ROOT_DEVICE,
          ebs: {
            encrypted: true,
            kmsKeyId: key.resource.attrArn,
            volumeType: 'gp3',
            volumeSize: ROOT_SIZE_GIB,
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
    },
  });
