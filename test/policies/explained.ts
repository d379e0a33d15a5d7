import type { SessionDenyWay } from '@cordon/incident';
import { config } from '../../cordon.config.ts';
import type { MutantResult } from './replay.ts';

/** Why nothing need notice that a thing is taken out: a fact of AWS that the local organization does not show, say. */
export interface Explanation {
  /** Which mutants: by label of the document, Sid, and what is removed; each a pattern that the whole text must match. */
  readonly label: RegExp;
  readonly sid: RegExp;
  readonly removed: RegExp;
  readonly because: string;
  /** Only where the deployment has sessions denied in this way; in either when absent. */
  readonly way?: SessionDenyWay;
}

const ALL: readonly Explanation[] = [
  {
    label: /member\/cordon-deny-contained-sessions/,
    sid: /By.*/,
    removed: /condition Null aws:PrincipalTag\/cordon-contained-\d/,
    because:
      'AWS says that a variable without a value matches nothing, so without the tag the statement denies nobody anyway; a deny of everything does not rest on that alone: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html',
  },
  {
    label: /(evidence|forensics)\/.*/,
    sid: /(Custodian|Examiner|Members|Keys)Use/,
    removed: /action kms:DescribeKey/,
    because:
      'AWS lists kms:DescribeKey among what EBS needs of a key and does not say which call asks for it; here the account may describe its own keys, and the custodian any that it asks about: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
  },
  {
    label: /.*trust of cordon-.*/,
    sid: /Tag/,
    removed: /condition Null aws:TagKeys/,
    because:
      'a request without tags fails by its missing aws:RequestTag already; AWS advises a Null beside every ForAllValues, and so does the lint: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html',
  },
  {
    label: /security\/bus cordon|evidence\/bus cordon-reads/,
    sid: /OwnAccount/,
    removed: /statement OwnAccount/,
    because:
      'EventBridge wants the receiving bus to admit the sender by its own policy, within one account too, beside the role that the rule has: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html; the local organization takes the role alone, as IAM does within an account',
  },
  {
    label: /member\/cordon-contain/,
    sid: /MarkContained|MakeDnsBlock/,
    removed: /condition Null aws:TagKeys/,
    because:
      'a request without tags fails by its missing aws:RequestTag already; AWS advises a Null beside every ForAllValues, and so does the lint: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html',
  },
  {
    label: /member\/cordon-acquire/,
    sid: /(MemberKeys|TransitKey)Use/,
    removed: /action kms:(GenerateDataKeyWithoutPlaintext|ReEncryptFrom|ReEncryptTo)/,
    because:
      'AWS lists what EBS does with keys for the copier as one set for both keys of a copy, and not which key needs what; the local organization asks for the likelier half of each: https://docs.aws.amazon.com/ebs/latest/userguide/share-kms-key.html',
  },
  {
    label: /(evidence|forensics)\/key alias\/cordon-(evidence|transit|forensics)/,
    sid: /(Custodian|Examiner|Members)Use/,
    removed: /action kms:(GenerateDataKeyWithoutPlaintext|ReEncryptFrom|ReEncryptTo)/,
    because:
      'AWS lists what EBS does with keys for all of its calls together, and not which call does which on the key of the source or of the copy, so that each key allows all of the list: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html; the local organization asks for a likely part of it',
  },
  {
    label: /SCP cordon-members/,
    sid: /KeepSessionDeny(Tags)?/,
    removed: /value arn:aws:iam::\*:role\/cordon\/\* of condition ArnNotLike aws:PrincipalArn/,
    because:
      'the guardrail is one for both ways of denying sessions; where the deny is written into the role, no duty attaches, detaches or marks, and docs/deployment.md tells when the way may be changed',
    way: 'put-role-policy',
  },
];

/** The survivors that are known and why each is right. One that explains nothing any more is an error of the report. */
export const EXPLAINED = ALL.filter(({ way }) => way === undefined || way === config.containment.sessionDeny);

const matches = (pattern: RegExp, text: string): boolean => new RegExp(`^(?:${pattern.source})$`).test(text);

/** The explanation of a survivor; undefined when there is none. */
export const explanationOf = ({ label, sid, removed }: MutantResult): Explanation | undefined =>
  EXPLAINED.find(
    (one) => matches(one.label, label) && matches(one.sid, sid) && matches(one.removed, removed),
  );
