import { compile, PolicyError, type CompiledPolicy } from '@cordon/iam';
import { ServiceFault } from '../../core/fault.ts';
import type { IamState } from './state.ts';

/** What a document is for: a trust policy names principals, a policy of a role must not. */
export type DocumentUse = 'trust' | 'identity';

/** A policy document: JSON text, or the object itself. */
export type Document = string | object;

/**
 * Compiles a document and keeps its text for readers.
 *
 * @param name for decisions and errors, such as `role 111122223333/Web: Read`
 * @throws PolicyError for a document that does not compile or is of the other use; SyntaxError for text that is not JSON
 */
export const compileDocument = (
  state: IamState,
  document: Document,
  on: { readonly use: DocumentUse; readonly name: string },
): CompiledPolicy => {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const compiled = compile(JSON.parse(text), on.name);
  const wanted = on.use === 'trust' ? 'names-principals' : 'attached-to-principal';
  if (compiled.shape !== wanted && compiled.shape !== 'empty') {
    throw new PolicyError(
      on.name,
      on.use === 'trust'
        ? 'a trust policy must name principals'
        : 'policy document should not specify a principal',
    );
  }
  state.texts.set(compiled, text);
  return compiled;
};

/**
 * Compiles a document that came in a request.
 *
 * @throws ServiceFault MalformedPolicyDocument. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export const readDocument = (
  state: IamState,
  text: string,
  on: { readonly use: DocumentUse; readonly name: string },
): CompiledPolicy => {
  try {
    return compileDocument(state, text, on);
  } catch (error) {
    if (error instanceof PolicyError || error instanceof SyntaxError)
      throw new ServiceFault('MalformedPolicyDocument', error.message);
    throw error;
  }
};

/** The JSON text of a policy of this account. Throws for one that was put into the world without its text. */
export const textOf = (state: IamState, policy: CompiledPolicy): string => {
  const text = state.texts.get(policy);
  if (text === undefined)
    throw new Error(
      `policy ${policy.name} has no text: add it through iam/build.ts, not into the state itself`,
    );
  return text;
};

/** IAM gives documents URL-encoded (RFC 3986). https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const encodedText = (state: IamState, policy: CompiledPolicy): string =>
  encodeURIComponent(textOf(state, policy));

/** Characters of a document as IAM counts them for quotas: white space is free. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const countedSize = (text: string): number => text.replaceAll(/\s/g, '').length;
