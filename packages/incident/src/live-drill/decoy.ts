/**
 * The decoy of a live drill: an instance in a member account that asks the VPC's resolver for the name by which GuardDuty can be tried, and does nothing
 * else. Cordon takes it for what any instance is: nothing in the response knows of it.
 */
export const DECOY = {
  stack: 'CordonDecoy',
  /** Folder of the CDK app, from the root of the repository. */
  app: 'stacksets/decoy',
  /** Output of the stack that names the instance. */
  instanceOutput: 'Instance',
  instanceType: 't3.nano',
  diskGiB: 8,
  /** Public parameter of Systems Manager in every Region. https://docs.aws.amazon.com/linux/al2023/ug/ec2.html */
  imageParameter: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
  /** "You can make a DNS request against a test domain": https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-ec2.html#backdoor-ec2-ccactivitybdns */
  domain: 'guarddutyc2activityb.com',
  /** What GuardDuty makes of it; its default severity is High, which a sample of the type has as 8. Same page. */
  findingType: 'Backdoor:EC2/C&CActivity.B!DNS',
  severity: 8,
  /** It asks once a minute, so often. */
  asks: 120,
  /** Then it shuts itself down, and costs no more than its disk. */
  runsHours: 12,
} as const;
