import {
  GetSnapshotBlockCommand,
  type GetSnapshotBlockCommandInput,
  ListSnapshotBlocksCommand,
  type ListSnapshotBlocksCommandInput,
} from '@aws-sdk/client-ebs';
import {
  DescribeInstanceInformationCommand,
  type DescribeInstanceInformationCommandInput,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandInput,
  SendCommandCommand,
  type SendCommandCommandInput,
} from '@aws-sdk/client-ssm';
import { row } from './round-trip.ts';

const AT = new Date('2026-03-04T05:06:07.089Z');

/** Run Command, and the blocks of snapshots: awsJson 1.1, and restJson with a body that is no JSON. */
export const SSM_AND_BLOCK_ROUND_TRIPS = [
  row('ssm:SendCommand', {
    send: (aws, input: SendCommandCommandInput) => aws.ssm.send(new SendCommandCommand(input)),
    input: {
      DocumentName: 'd',
      InstanceIds: ['i-1'],
      Parameters: { Message: ['$(reboot)', 'é😀\n'] },
      TimeoutSeconds: 30,
    },
    output: { Command: { CommandId: 'c', ExpiresAfter: AT, Parameters: { Message: ['x'] } } },
  }),
  row('ssm:GetCommandInvocation', {
    send: (aws, input: GetCommandInvocationCommandInput) =>
      aws.ssm.send(new GetCommandInvocationCommand(input)),
    input: { CommandId: 'c', InstanceId: 'i-1', PluginName: 'p' },
    output: { Status: 'TimedOut', ResponseCode: -1, StandardOutputContent: '<script>\u202e' },
  }),
  row('ssm:DescribeInstanceInformation', {
    send: (aws, input: DescribeInstanceInformationCommandInput) =>
      aws.ssm.send(new DescribeInstanceInformationCommand(input)),
    input: { Filters: [{ Key: 'InstanceIds', Values: ['i-1'] }], MaxResults: 5 },
    output: { InstanceInformationList: [{ InstanceId: 'i-1', LastPingDateTime: AT }], NextToken: 'n' },
  }),
  row('ebs:ListSnapshotBlocks', {
    send: (aws, input: ListSnapshotBlocksCommandInput) => aws.ebs.send(new ListSnapshotBlocksCommand(input)),
    input: { SnapshotId: 'snap-1', NextToken: 't/+=', MaxResults: 100, StartingBlockIndex: 3 },
    output: {
      Blocks: [{ BlockIndex: 3, BlockToken: 'b/+=' }],
      ExpiryTime: new Date('2026-03-04T05:06:07.000Z'),
      VolumeSize: 8,
      BlockSize: 524_288,
      NextToken: 'n',
    },
  }),
  row('ebs:GetSnapshotBlock', {
    send: async (aws, input: GetSnapshotBlockCommandInput) => {
      const { BlockData, ...answer } = await aws.ebs.send(new GetSnapshotBlockCommand(input));
      return { ...answer, BlockData: await BlockData?.transformToByteArray() };
    },
    input: { SnapshotId: 'snap-1', BlockIndex: 3, BlockToken: 'b/+=' },
    output: {
      DataLength: 3,
      BlockData: new Uint8Array([1, 2, 3]),
      Checksum: 'c/+=',
      ChecksumAlgorithm: 'SHA256',
    },
  }),
];
