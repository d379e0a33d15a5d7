import { ACCOUNTS, HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { MEMBER_KEY, memberEc2, neverOf, powerOf, readsOf } from './duty-cases.ts';

/** ARN of a log group of the member account, as a request to filter its events has it. */
const logGroup = (name: string): string =>
  `arn:aws:logs:${HOME}:${ACCOUNTS.member}:log-group:${name}:log-stream:`;

/** Reads of the inspect duty that no scenario makes, and what it may read of logs. */
export const memberInspectCases: readonly PowerCase[] = [
  ...readsOf('inspect', {
    'autoscaling:DescribeAutoScalingGroups':
      'looks how large a scaling group is of which another member was contained',
    'ec2:DescribeFlowLogs': 'looks for flow logs that prove containment',
  }),
  ...powerOf('inspect', [
    {
      does: 'asks whether the key of a volume can be used',
      action: 'kms:DescribeKey',
      on: MEMBER_KEY,
      wrong: [
        {
          does: 'asks about a key of another account',
          on: `arn:aws:kms:${HOME}:${ACCOUNTS.security}:key/0c0ffee0-0000-4000-8000-000000000009`,
        },
      ],
    },
    {
      does: 'reads the records of flow logs in the log group that the deployment names',
      action: 'logs:FilterLogEvents',
      on: logGroup('/vpc/flow-logs'),
      wrong: [{ does: 'reads the log of a workload', on: logGroup('/aws/lambda/shop') }],
    },
  ]),
  ...neverOf('inspect', [
    {
      does: 'has an instance run a command',
      action: 'ssm:SendCommand',
      on: memberEc2('instance/i-0c0ffee0000000001'),
    },
    { does: 'reads what is under a key', action: 'kms:Decrypt', on: MEMBER_KEY },
    {
      does: 'reads a parameter',
      action: 'ssm:GetParameter',
      on: `arn:aws:ssm:${HOME}:${ACCOUNTS.member}:parameter/shop`,
    },
    {
      does: 'writes a record of a flow log',
      action: 'logs:PutLogEvents',
      on: `${logGroup('/vpc/flow-logs')}eni-0c0ffee0000000001-all`,
    },
    {
      does: 'takes a flow log away',
      action: 'ec2:DeleteFlowLogs',
      on: memberEc2('vpc-flow-log/fl-0c0ffee0000000001'),
    },
  ]),
];
