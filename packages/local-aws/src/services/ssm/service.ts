import type { Service } from '../../core/operation.ts';
import { documentOperations } from './documents.ts';
import { describeInstanceInformation } from './instance-information.ts';
import { listInventoryEntries } from './inventory.ts';
import { invocationOperations } from './invocations.ts';
import { getParameter } from './parameters.ts';
import { ssmResourceHandling } from './resource-handling.ts';
import { ssmResourceTypes } from './resource-types.ts';
import { sendCommand } from './send-command.ts';
import { sessionOperations } from './sessions.ts';

/**
 * Systems Manager, as far as Run Command and recorded sessions go: documents of schema 2.2 that run scripts, commands to instances by id, and the agents that
 * perform them. Which instances have an agent, and what it finds, a world says by guests (`addGuest`).
 * Not there: documents of AWS's own, making and sharing them by the API, targets by tags, rates, output to S3 and CloudWatch Logs,
 * notifications and events of statuses, hybrid nodes, sessions without a document of the account's own, port forwarding, resuming sessions, making inventory, parameters but reading one by its name, and the settings' own operations: a world turns
 * Default Host Management Configuration on (`setDefaultHostManagement`).
 */
export const ssmService: Service = {
  name: 'ssm',
  operations: {
    ...documentOperations,
    ...invocationOperations,
    GetParameter: getParameter,
    DescribeInstanceInformation: describeInstanceInformation,
    ListInventoryEntries: listInventoryEntries,
    SendCommand: sendCommand,
    ...sessionOperations,
  },
  resourceTypes: ssmResourceTypes,
  resourceHandling: ssmResourceHandling,
};
