/** Who may use a key through EC2. */
export interface ThroughEc2 {
  /** Start of the statements' Sids. */
  readonly sid: string;
  /** An account's root ARN, or `*` with `organizationId`. */
  readonly principal: string;
  /** The roles, as ARNs that may hold wildcards: an account's other principals stay out. */
  readonly roles: readonly string[];
  readonly organizationId: string;
  /** What EBS does with a key for its caller, from `@cordon/responder/needs`. */
  readonly actions: readonly string[];
}

/**
 * Statements of a key policy that let roles use the key through EC2 and in no other way, with grants to AWS itself alone.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export const throughEc2 = ({
  sid,
  principal,
  roles,
  organizationId,
  actions,
}: ThroughEc2): readonly object[] => {
  const shared = { Effect: 'Allow', Principal: { AWS: principal }, Resource: '*' };
  const conditions = {
    ArnLike: { 'aws:PrincipalArn': roles },
    StringEquals: { 'aws:PrincipalOrgID': organizationId },
    StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' },
  };
  return [
    { Sid: `${sid}Use`, ...shared, Action: actions, Condition: conditions },
    {
      Sid: `${sid}Grant`,
      ...shared,
      Action: 'kms:CreateGrant',
      Condition: { ...conditions, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ];
};
