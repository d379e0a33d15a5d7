import { compile, lint, PolicyError, type CompiledPolicy, type Problem } from '@cordon/iam';
import { readControlPolicy } from '@cordon/local-aws';
import { BadInput } from '../raw/bad-input.ts';
import { isObject, type Json, type JsonObject } from '../raw/raw-json.ts';

/** Kinds of accounts that a control policy can be limited to. */
export const ACCOUNT_KINDS = ['member', 'security', 'evidence', 'forensics'] as const;
/** One of `ACCOUNT_KINDS`. */
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** An organization's own control policy; for accounts of every kind, when none is named. */
export interface GivenPolicy {
  readonly policy: CompiledPolicy;
  readonly only?: AccountKind;
}

/** What an organization brings: its control policies, a key's policy, and where its member stands. */
export interface Given {
  readonly scps: readonly GivenPolicy[];
  readonly rcps: readonly GivenPolicy[];
  /** In place of the policy of the member's customer managed key. */
  readonly keyPolicy?: CompiledPolicy;
  /** The drill's own account and Region, when absent. */
  readonly account?: string;
  readonly region?: string;
}

/** A file of a policy: its text, what it is, and how it is called in messages and answers. */
export interface PolicyFile {
  readonly text: string;
  readonly name: string;
  readonly kind: 'SCP' | 'RCP' | 'key policy';
}

const refuse = ({ name, kind }: PolicyFile, what: string): BadInput =>
  new BadInput(
    'bad-policy',
    `${kind} ${name}: ${what}`,
    'give the policy as JSON, or what `aws organizations describe-policy` or `aws kms get-key-policy` prints',
  );

const parse = (file: PolicyFile, text: string, what: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refuse(file, `${what} is no JSON: ${why}`);
  }
};

/** AWS's names of the kinds. https://docs.aws.amazon.com/organizations/latest/APIReference/API_PolicySummary.html */
const TYPES: Readonly<Record<PolicyFile['kind'], string | undefined>> = {
  SCP: 'SERVICE_CONTROL_POLICY',
  RCP: 'RESOURCE_CONTROL_POLICY',
  'key policy': undefined,
};

/** The document in what an AWS command printed about it. */
const documentIn = (file: PolicyFile, read: Json): JsonObject => {
  if (!isObject(read))
    throw refuse(file, `got ${Array.isArray(read) ? 'a list' : typeof read}, wanted an object`);
  const { Policy: policy } = read;
  if (policy === undefined) return read;
  if (typeof policy === 'string') return documentIn(file, parse(file, policy, 'the text in Policy'));
  const { PolicySummary: summary, Content: content } = isObject(policy) ? policy : {};
  if (typeof content !== 'string') throw refuse(file, 'Policy holds no text and no Content with a text');
  const type = isObject(summary) ? summary['Type'] : undefined;
  if (type !== undefined && type !== TYPES[file.kind])
    throw refuse(
      file,
      `it is a policy of type ${JSON.stringify(type)}, wanted ${TYPES[file.kind] ?? 'a key policy'}`,
    );
  return documentIn(file, parse(file, content, 'the text in Policy.Content'));
};

/** A policy that was read, and what is doubtful in it. */
export interface ReadPolicy {
  readonly policy: CompiledPolicy;
  readonly warnings: readonly Problem[];
}

/**
 * Reads an organization's policy strictly: as JSON, or in the shape that the AWS CLI prints. Throws BadInput naming the file
 * and what is wrong: no JSON, an element that IAM does not have, another kind of policy.
 */
export const readPolicyFile = (file: PolicyFile): ReadPolicy => {
  const document = documentIn(file, parse(file, file.text, 'the file'));
  const { name } = file;
  try {
    const policy =
      file.kind === 'key policy'
        ? compile(document, name)
        : readControlPolicy({ kind: file.kind, name, document });
    if (file.kind === 'key policy' && policy.shape !== 'names-principals')
      throw new PolicyError(name, 'no statement names a principal; a key policy must');
    return { policy, warnings: lint(policy) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw refuse(file, error.message.slice(`policy ${error.policy}: `.length));
  }
};
