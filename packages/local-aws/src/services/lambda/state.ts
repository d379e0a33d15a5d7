import { defineState, type World } from '../../core/world.ts';
import type { Permission } from './permissions.ts';

/** A function as its template describes it. */
export interface LambdaFunction {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly runtime: string;
  /** Module and export, such as `index.handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMib: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the code lies; undefined when the deployment named no asset directory. */
  readonly codeDirectory?: string;
  readonly reservedConcurrency?: number;
  /** Queue for events whose background invocation failed for good. */
  readonly deadLetterArn?: string;
  /** How it is invoked in the background, where that was said. */
  asynchronous?: {
    readonly maximumRetryAttempts?: number;
    readonly maximumEventAgeSeconds?: number;
    /** Queue for the records of failures. */
    readonly failureArn?: string;
  };
  /** Its HTTPS endpoint, which IAM guards; virtual epoch milliseconds. */
  url?: { readonly id: string; readonly host: string; readonly createdAt: number };
  /** Statements of the function's policy by their ids, in order. */
  readonly permissions: Map<string, Permission>;
}

/** Lambda of one account and Region. */
export interface LambdaState {
  readonly functions: Map<string, LambdaFunction>;
  /** Mappings of queues by id, each with what ends its polling. */
  readonly eventSources: Map<string, () => void>;
}

/** Functions by name, and what polls for them. */
export const lambdaState = defineState<LambdaState>('lambda', 'regional', () => ({
  functions: new Map(),
  eventSources: new Map(),
}));

/** Where a function is. */
export interface FunctionPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** `$LATEST` when none is given. */
  readonly qualifier: string;
}

const FULL = /^arn:[^:]+:lambda:([a-z0-9-]+):(\d{12}):function:([\w-]+)(?::([\w$-]+))?$/;
const PARTIAL = /^(\d{12}):(?:function:)?([\w-]+)(?::([\w$-]+))?$/;
const NAME = /^([\w-]+)(?::([\w$-]+))?$/;

/**
 * Reads a function's name, ARN or partial ARN; undefined for other text.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (FunctionName)
 */
export const readFunctionName = (
  reference: string,
  home: { readonly account: string; readonly region: string },
): FunctionPlace | undefined => {
  const [, region, account, name, qualifier] = FULL.exec(reference) ?? [];
  if (region !== undefined && account !== undefined && name !== undefined)
    return { account, region, name, qualifier: qualifier ?? '$LATEST' };
  const [, owner, partialName, partialQualifier] = PARTIAL.exec(reference) ?? [];
  if (owner !== undefined && partialName !== undefined) {
    return {
      account: owner,
      region: home.region,
      name: partialName,
      qualifier: partialQualifier ?? '$LATEST',
    };
  }
  const [, bare, bareQualifier] = NAME.exec(reference) ?? [];
  return bare === undefined ? undefined : { ...home, name: bare, qualifier: bareQualifier ?? '$LATEST' };
};

/** ARN without a qualifier. */
export const functionArn = (
  world: World,
  { region, account, name }: Omit<FunctionPlace, 'qualifier'>,
): string => `arn:${world.facts.partition}:lambda:${region}:${account}:function:${name}`;

/** The function with this ARN (with or without `:$LATEST`), if there is one. */
export const findFunction = (world: World, arn: string): LambdaFunction | undefined => {
  const place = arn.startsWith('arn:') ? readFunctionName(arn, { account: '', region: '' }) : undefined;
  if (place === undefined || place.qualifier !== '$LATEST') return undefined;
  return world.of(lambdaState, place.account, place.region).functions.get(place.name);
};
