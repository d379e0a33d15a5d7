import { INCIDENT_SESSION_TAG, TAGS } from '@cordon/incident';

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
  readonly organizationId: string;
  /** Set where hosts may send memory to the landing buckets. */
  readonly landing?: true;
}

/** The incident that the session acts for: its trust lets nobody in without this tag. */
export const SESSION_INCIDENT = `\${aws:PrincipalTag/${INCIDENT_SESSION_TAG}}`;

/** Holds for a thing that is being made or tagged for the session's own incident. */
export const madeForIncident = { [`aws:RequestTag/${TAGS.incident}`]: SESSION_INCIDENT } as const;

/** Holds for a thing that carries the session's own incident. */
export const ofIncident = { [`aws:ResourceTag/${TAGS.incident}`]: SESSION_INCIDENT } as const;
