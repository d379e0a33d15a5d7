import type { Service } from '../../core/operation.ts';
import { addressOperations } from './addresses.ts';
import { crashAndRebootOperations } from './crash-and-reboot.ts';
import { settlingOperations } from './flows/settling-operations.ts';
import { describeInstanceOperations } from './describe-instances.ts';
import { networkPathOperations } from './describe-network-paths.ts';
import { imageOperations } from './images.ts';
import { instanceConsoleOperations } from './instance-console.ts';
import { instanceResourceHandling } from './instance-resource.ts';
import { instanceTypeOperations } from './instance-types.ts';
import { internetGatewayOperations } from './internet-gateways.ts';
import { launchTemplateOperations } from './launch-templates.ts';
import { instanceAttributeOperations } from './modify-instance-attribute.ts';
import { metadataOptionsOperations } from './modify-metadata-options.ts';
import { modifyNetworkInterfaceOperations } from './modify-network-interface.ts';
import { networkAclEntryOperations } from './network-acl-entries.ts';
import { networkAclOperations } from './network-acls.ts';
import { networkInterfaceOperations } from './network-interfaces.ts';
import { placeOperations } from './places.ts';
import { profileAssociationOperations } from './profile-associations.ts';
import { ec2ResourceRemoval } from './resource-removal.ts';
import { ec2ResourceTypes } from './resource-types.ts';
import { routeTableOperations } from './route-tables.ts';
import { routeOperations } from './routes.ts';
import { runInstancesOperations } from './run-instances.ts';
import { securityGroupRuleOperations } from './security-group-rules.ts';
import { securityGroupOperations } from './security-groups.ts';
import { snapshotOperations } from './snapshots.ts';
import { spotRequestOperations } from './spot-requests.ts';
import { stopStartOperations } from './stop-start-instances.ts';
import { tagOperations } from './tags.ts';
import { terminateInstanceOperations } from './terminate-instances.ts';
import { volumeOperations } from './volumes.ts';

const instanceOperations = {
  ...crashAndRebootOperations,
  ...describeInstanceOperations,
  ...instanceAttributeOperations,
  ...instanceConsoleOperations,
  ...imageOperations,
  ...instanceTypeOperations,
  ...launchTemplateOperations,
  ...metadataOptionsOperations,
  ...profileAssociationOperations,
  ...runInstancesOperations,
  ...spotRequestOperations,
  ...stopStartOperations,
  ...terminateInstanceOperations,
};

const networkOperations = {
  ...addressOperations,
  ...internetGatewayOperations,
  ...modifyNetworkInterfaceOperations,
  ...networkAclEntryOperations,
  ...networkAclOperations,
  ...networkInterfaceOperations,
  ...networkPathOperations,
  ...placeOperations,
  ...routeOperations,
  ...routeTableOperations,
  ...securityGroupOperations,
  ...securityGroupRuleOperations,
};

/** EC2 and EBS, as far as the local organization has them. */
export const ec2Service: Service = {
  name: 'ec2',
  operations: settlingOperations({
    ...instanceOperations,
    ...networkOperations,
    ...tagOperations,
    ...volumeOperations,
    ...snapshotOperations,
  }),
  resourceTypes: ec2ResourceTypes,
  resourceHandling: instanceResourceHandling,
  resourceRemoval: ec2ResourceRemoval,
};
