/** One statement of an IAM policy, as JSON. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What the needs are written in terms of: literals in tests, CloudFormation tokens in templates. */
export interface Names {
  readonly partition: string;
  /** Account in which the role lives. */
  readonly account: string;
  readonly securityAccount: string;
  readonly evidenceAccount: string;
  readonly forensicsAccount: string;
  readonly homeRegion: string;
}
