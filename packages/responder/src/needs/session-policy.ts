/** A session policy: what AssumeRole passes so that a session can do less than its role. */
export interface SessionPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  }[];
}

/** Plain text of a session policy may not be longer. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const SESSION_POLICY_LIMIT = 2_048;

/** What one session may touch. */
export interface Scope {
  /** Actions that have no resource level: reads. */
  readonly reads: readonly string[];
  /** Actions on things that exist, by ARN. */
  readonly on?: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
  /** Actions on things made in this session, which must carry the incident's tag from the start. */
  readonly creates?: readonly {
    readonly actions: readonly string[];
    readonly resources: readonly string[];
  }[];
  readonly incidentTag?: { readonly key: string; readonly value: string };
}

/** The policy that holds a session to its scope; throws when it would be longer than STS takes, naming the length. */
export const sessionPolicy = (scope: Scope): SessionPolicy => {
  const policy: SessionPolicy = {
    Version: '2012-10-17',
    Statement: [
      ...(scope.reads.length > 0 ? [{ Effect: 'Allow' as const, Action: scope.reads, Resource: '*' }] : []),
      ...(scope.on ?? [])
        .filter(({ resources }) => resources.length > 0)
        .map(({ actions, resources }) => ({
          Effect: 'Allow' as const,
          Action: actions,
          Resource: resources,
        })),
      ...(scope.creates ?? []).map(({ actions, resources }) => ({
        Effect: 'Allow' as const,
        Action: actions,
        Resource: resources,
        ...(scope.incidentTag === undefined
          ? {}
          : {
              Condition: {
                StringEquals: { [`aws:RequestTag/${scope.incidentTag.key}`]: scope.incidentTag.value },
              },
            }),
      })),
    ],
  };
  const { length } = JSON.stringify(policy);
  if (length > SESSION_POLICY_LIMIT) {
    throw new Error(
      `a session policy of ${length} characters was built where STS takes ${SESSION_POLICY_LIMIT}: give the session fewer resources`,
    );
  }
  return policy;
};
