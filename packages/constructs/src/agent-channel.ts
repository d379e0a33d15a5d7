/** The SSM agent's channel. None of these actions has a resource level that the agent could be held to. */
const AGENT_CHANNEL = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
] as const;

/** A statement that allows some actions beside the channel. */
export interface AllowedBeside {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

/**
 * What an instance needs to be reached by the SSM agent, and a deny of all else: `AmazonSSMManagedInstanceCore` also
 * reads every parameter and document, which a suspect host must not, and a policy that somebody attaches later must add
 * nothing. (DESIGN, invariant 5.)
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
 *
 * @param more what is allowed beside the channel; nothing when absent
 */
export const agentChannelStatements = (more: readonly AllowedBeside[] = []): readonly object[] => [
  { Sid: 'AgentChannel', Effect: 'Allow', Action: AGENT_CHANNEL, Resource: '*' },
  ...more,
  {
    Sid: 'NothingElse',
    Effect: 'Deny',
    NotAction: [...AGENT_CHANNEL, ...more.flatMap(({ Action }) => Action)],
    Resource: '*',
  },
];
