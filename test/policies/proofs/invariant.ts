import { compile, type CompiledPolicy } from '@cordon/iam';
import type { Claim } from '@cordon/iam/prove';
import type { Catalogue } from '@cordon/iam/catalogue';
import type { Organization } from '@cordon/local-aws';
import type { Constraint } from '@cordon/iam/prove';
import type { Who } from '../cast.ts';
import { shapeOf, type Guardrails, type Target } from './subjects.ts';

/** What invariants are stated over. */
export interface Ground {
  readonly organization: Organization;
  readonly catalogue: Catalogue;
  readonly guardrails: Guardrails;
}

/** A statement about power that must hold of the deployed policies. */
export interface Invariant {
  /** A sentence. */
  readonly says: string;
  /** `with-guardrails`: without the control policies it is refuted, and the report shows by what. */
  readonly holds: 'always' | 'with-guardrails';
  readonly claims: (ground: Ground) => readonly Claim[];
}

/** One claim in short: nobody of `who` may do `actions` on `target`, but for what `unless` tolerates. */
export interface Never {
  readonly who: Who;
  /** In place of `who` alone: every role of its account but these, with all that an identity policy can give. */
  readonly anyRoleOf?: { readonly except: readonly string[] };
  readonly actions: readonly string[];
  readonly target: Target;
  readonly unless?: Constraint;
  /** The resource lets the caller's account in, whatever it is: the claim is about what the caller's own policies withhold. */
  readonly openResource?: true;
  /** What this claim is about, beside who and what. */
  readonly given?: readonly Constraint[];
}

const openTo = (principal: Claim['principal']): CompiledPolicy => {
  if (!('account' in principal)) throw new Error(`a ${principal.kind} principal has no account to let in`);
  const Principal = { AWS: `arn:aws:iam::${principal.account}:root` };
  const Statement = [{ Sid: 'LetIn', Effect: 'Allow', Principal, Action: '*', Resource: '*' }];
  return compile({ Version: '2012-10-17', Statement }, "a resource that lets the caller's account in");
};

/** The claims of an invariant; each is named by who asks and for what. */
export const never = ({ organization, guardrails }: Ground, all: readonly Never[]): readonly Claim[] =>
  all.flatMap(({ who, anyRoleOf, actions, target, unless, given, openResource }): readonly Claim[] => {
    const [first] = actions;
    if (first === undefined) throw new Error(`a claim about ${who} names no action`);
    const shape = shapeOf(
      organization,
      { who, target, guardrails, ...(anyRoleOf === undefined ? {} : { anyRoleOf }) },
      first,
    );
    const subject = anyRoleOf === undefined ? who : `any role of the account of ${who}`;
    return [
      {
        ...shape,
        name: `${subject}: ${actions.length === 1 ? first : `${actions.length} actions`} on ${target.arn}`,
        actions,
        ...(openResource === undefined
          ? {}
          : { policies: { ...shape.policies, resource: openTo(shape.principal) } }),
        // AWS takes no empty tag key, which would count as none under a set operator.
        facts: [...(shape.facts ?? []), { not: { key: 'aws:TagKeys', includes: '' } }, ...(given ?? [])],
        ...(unless === undefined ? {} : { unless }),
      },
    ];
  });
