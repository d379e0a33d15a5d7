import { addDocument } from '../ssm/build.ts';
import { addParameter } from '../ssm/parameters.ts';
import { ACCOUNT, REGION, START } from '../testing.ts';
import { TAG } from './furnished-world.ts';
import type { Samples } from './sample.ts';

const CONTENT = {
  schemaVersion: '2.2',
  mainSteps: [{ action: 'aws:runShellScript', name: 'step', inputs: { runCommand: ['true'] } }],
};

/** Requests to Systems Manager. */
export const ssmSamples: Samples = ({ world, ids, instance }) => {
  const spec = { account: ACCOUNT, region: REGION, name: 'document', content: CONTENT, tags: TAG };
  const { name: Name, arn } = addDocument(world, spec, START);
  const place = { account: ACCOUNT, region: REGION };
  addParameter({ world, ids }, place, { name: '/work/secret', value: 'x', tags: TAG, now: START });
  const InstanceIds = [instance.instanceId];
  const command = { CommandId: '00000000-0000-4000-8000-000000000001' };
  return [
    { operation: 'CancelCommand', input: command },
    { operation: 'DescribeDocument', input: { Name } },
    { operation: 'DescribeInstanceInformation', input: {} },
    { operation: 'GetCommandInvocation', input: { ...command, InstanceId: instance.instanceId } },
    { operation: 'GetDocument', input: { Name } },
    { operation: 'GetParameter', what: 'decrypted', input: { Name: '/work/secret', WithDecryption: true } },
    { operation: 'ListCommands', input: command },
    { operation: 'ListCommandInvocations', input: command },
    {
      operation: 'ListInventoryEntries',
      input: { InstanceId: instance.instanceId, TypeName: 'AWS:Application' },
    },
    { operation: 'SendCommand', what: 'by name', input: { DocumentName: Name, InstanceIds } },
    { operation: 'SendCommand', what: 'by ARN', input: { DocumentName: arn, InstanceIds } },
  ];
};
