import { IAM_PATH } from '@cordon/incident';
import type { JournalCall } from '@cordon/local-aws';
import { inner } from './fields.ts';

/** Sessions of Identity Center's roles, and users: not a role of ours, and nobody who chose a name. */
export const isPerson = (caller: string): boolean =>
  /^arn:[^:]+:sts::\d{12}:assumed-role\/AWSReservedSSO_[^/]+\/[^/]+$/.test(caller) ||
  (/^arn:[^:]+:iam::\d{12}:user\//.test(caller) && !caller.includes(`:user${IAM_PATH}`));

/** The bodies of a signed request to the operator function's URL and of its answer. */
export const bodyOf = ({
  input,
  output,
}: JournalCall): { readonly asked: unknown; readonly answered: unknown } => {
  const read = (from: unknown): unknown => {
    const body = inner(from, 'body');
    if (!(body instanceof Uint8Array)) return undefined;
    try {
      return JSON.parse(Buffer.from(body).toString('utf8'));
    } catch {
      return undefined;
    }
  };
  return { asked: read(input), answered: read(output) };
};
