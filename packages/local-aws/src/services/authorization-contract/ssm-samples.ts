import { addDocument } from '../ssm/build.ts';
import { addParameter } from '../ssm/parameters.ts';
import { ssmState } from '../ssm/state.ts';
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
  const session = {
    sessionId: 'ada-0a1b2c3d4e5f60718',
    target: instance.instanceId,
    owner: `arn:aws:sts::${ACCOUNT}:assumed-role/staff/ada`,
    userId: 'AROAEXAMPLE:ada',
    document: {
      name: 'recorded',
      kmsKeyId: '',
      logGroupName: '',
      logGroupEncrypted: false,
      idleMinutes: 20,
      longestMinutes: 60,
    },
    startedAt: START,
    activeAt: START,
  };
  world.of(ssmState, ACCOUNT, REGION).sessions.set(session.sessionId, session);
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
    { operation: 'DescribeSessions', input: { State: 'History' } },
    { operation: 'StartSession', input: { Target: instance.instanceId, DocumentName: 'recorded' } },
    { operation: 'TerminateSession', input: { SessionId: session.sessionId } },
    { operation: 'SendCommand', what: 'by name', input: { DocumentName: Name, InstanceIds } },
    { operation: 'SendCommand', what: 'by ARN', input: { DocumentName: arn, InstanceIds } },
  ];
};
