import * as z from 'zod';
import { TAGS } from '../contract.ts';
import { accountId } from '../ids.ts';
import { limitsSchema } from '../limits/limits.ts';
import { findingTypePattern } from './finding-type.ts';
import { settingsSchema } from './settings.ts';

/**
 * The one tag key that counts, on instances and on accounts: the shipped guardrail keeps it from everybody in a member
 * account (stacksets/guardrails, `KeepTags`). Any other could be written by whoever administers, or attacks, the account.
 */
export const POLICY_TAG_KEY = TAGS.policy;

const tagValues = z
  .record(z.string(), z.array(z.string().max(256)).min(1).readonly())
  .refine((tags) => Object.keys(tags).length > 0, 'names no tag; name one, or leave the condition out')
  .refine(
    (tags) => Object.keys(tags).every((key) => key === POLICY_TAG_KEY),
    `only the tag key ${POLICY_TAG_KEY} counts: members' administrators can write any other`,
  )
  .readonly();

/** Roots and units. https://docs.aws.amazon.com/organizations/latest/APIReference/API_Parent.html */
const unit = z.string().regex(/^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/);
const listOf = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).min(1).readonly().optional();
/** Words of whoever writes the policy; they reach reports and messages, so no control characters. */
const sentence = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'holds control characters');

const condition = z
  .strictObject({
    /** The account is below one of these, at any depth. */
    units: listOf(unit),
    accounts: listOf(accountId),
    /** By key, the values that fit. */
    accountTags: tagValues.optional(),
    instanceTags: tagValues.optional(),
    findingTypes: listOf(findingTypePattern),
    /** GuardDuty's scale, 1 to 10 (aws-facts 1.4). */
    severityAtLeast: z.number().min(1).max(10).optional(),
  })
  .readonly();
/** When a rule applies: every condition that it names holds; of a list, one member is enough. */
export type Condition = z.infer<typeof condition>;

const ruleSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/),
    when: condition,
    set: settingsSchema,
    because: sentence,
  })
  .superRefine(({ when, set }, context) => {
    const refuse = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path: ['set', ...path], message });
    const named = Object.values(set).filter((value) => value !== undefined);
    if (named.length === 0) refuse([], 'sets nothing; set mode, or one of the costly techniques');
    if (set.order === 'memory-first' && namesTags(when))
      refuse(
        ['order'],
        'a rule on tags may not have the cut wait for memory: no tag delays isolation; use units, accounts or finding types',
      );
    if (set.order === 'memory-first' && set.memory !== 'automatic')
      refuse(
        ['order'],
        'memory-first has the cut wait for a capture that nobody is asked for: set memory to automatic in the same rule, or leave order out',
      );
    if (set.untracking === 'automatic')
      refuse(
        ['untracking'],
        'untracking is never automatic: it opens the instance for a minute, so a person must say yes to it; set ask, or leave it out',
      );
    if (namesTags(when) && set.mode === 'observe')
      refuse(
        ['mode'],
        'a rule on tags may only make the response stronger, and observe is the weakest: no tag delays isolation; use units, accounts or finding types',
      );
  })
  .readonly();
/** One rule of a policy. */
export type PolicyRule = z.infer<typeof ruleSchema>;

/** Whether a rule's condition hangs on a tag. */
export const namesTags = (when: Condition): boolean =>
  when.accountTags !== undefined || when.instanceTags !== undefined;

const accounts = {
  /** Accounts whose instances are never contained; each finding on one is paged. */
  neverContainAccounts: z.array(accountId).readonly().default([]),
  /** Accounts whose instances are left to their owners, without a page: sandboxes, training ranges. */
  excludeAccounts: z.array(accountId).readonly().default([]),
  /** Finding types, spelt exactly as GuardDuty spells them, that are only observed. */
  excludeTypes: z
    .array(z.string().regex(/^[A-Za-z0-9:/.!&_-]{1,200}$/))
    .readonly()
    .default([]),
};

/** The first form: one threshold for the whole organization, and no limits. */
const versionOne = z.strictObject({
  schemaVersion: z.literal(1),
  ...accounts,
  /** A finding of this severity or above is responded to; GuardDuty's scale, 1 to 10 (aws-facts 1.4). */
  respondAtSeverity: z.number().min(1).max(10).default(7),
  /** Whether a contained instance is stopped once its volumes are frozen. Stopping loses the memory that was not captured. */
  stop: z.enum(['never', 'after-freeze']).default('never'),
  /** Whether an instance is cut off at once, or after a person was asked (and, when nobody answers in time, all the same). */
  containment: z.enum(['contain', 'ask']).default('contain'),
});

const versionTwo = z.strictObject({
  schemaVersion: z.literal(2),
  ...accounts,
  /** In order; see `decidePolicy`. */
  rules: z
    .array(ruleSchema)
    .max(200)
    .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'two rules share a name')
    .readonly(),
  limits: limitsSchema,
  /** Which findings of Amazon Inspector about instances are observed: kept and told, never more. None when absent. */
  inspector: z
    .strictObject({
      observeFrom: z.enum(['CRITICAL', 'HIGH', 'MEDIUM']),
      /** Those alone for which an exploit is known. */
      exploitedOnly: z.boolean().default(true),
    })
    .optional(),
});
/** What an organization has decided about findings, in the form that the program works with. */
export type Policy = Readonly<z.infer<typeof versionTwo>>;

/** What a document of the first form means in terms of the second: the same, word for word. */
const upgrade = ({ respondAtSeverity, stop, containment, ...rest }: z.infer<typeof versionOne>): Policy => ({
  ...rest,
  schemaVersion: 2,
  rules: [
    {
      name: 'respond-at-severity',
      when: { severityAtLeast: respondAtSeverity },
      set: { mode: containment, ...(stop === 'after-freeze' ? { stop: 'automatic' as const } : {}) },
      because: `the policy ${containment === 'ask' ? 'asks' : 'contains'} from severity ${respondAtSeverity} on`,
    },
  ],
  limits: 'off',
});

/**
 * A policy as written, in either form; gives the second. An unknown key is refused, so that a misspelt exclusion cannot pass
 * for one that works. What comes out can be written as JSON and read again.
 */
export const policySchema = z
  .discriminatedUnion('schemaVersion', [versionOne, versionTwo])
  .transform((written): Policy => (written.schemaVersion === 1 ? upgrade(written) : written));

/** Takes a policy as written (JSON), gives it with its defaults; throws a `TypeError` that names every wrong part. */
export const parsePolicy = (value: unknown): Policy => {
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `the policy is not valid:\n${z.prettifyError(parsed.error)}\ncorrect it and deploy again`,
  );
};

/** The policy of an organization that wrote none of the second form: severity 7 and above is contained, no instance is stopped. */
export const defaultPolicy: Policy = parsePolicy({ schemaVersion: 1 });
