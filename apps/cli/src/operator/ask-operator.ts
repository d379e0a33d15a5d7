import { operatorRequest, type OperatorReply, type OperatorRequest } from '@cordon/incident';
import type { Answered, OperatorRoute } from '@cordon/responder/operator-client';
import { config } from '../../../../cordon.config.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { replyLines } from './reply-page.ts';

/** Options that every command of an operator has. */
export interface Reaching {
  readonly url?: string;
  readonly json?: true;
}

const readUrl = (url: string): URL => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(
      'bad-url',
      `--url is ${JSON.stringify(url)}`,
      'give the URL of the function cordon-operator',
    );
  return new URL(url);
};

/** Where the operator function is deployed. */
interface Deployed {
  readonly accounts: { readonly security: string };
  readonly homeRegion: string;
}

/** Gives what asks the operator function with the caller's own credentials; its URL is found once. Rejects with the SDK's error. */
export const operatorOf = (
  { accounts, homeRegion }: Deployed,
  url: string | undefined,
): ((request: OperatorRequest) => Promise<Answered>) => {
  const given = url === undefined ? undefined : readUrl(url);
  let route: Promise<OperatorRoute> | undefined;
  const find = async (): Promise<OperatorRoute> => {
    const { endpointOfEnvironment, findOperatorUrl } = await import('@cordon/responder/operator-client');
    const endpoint = await endpointOfEnvironment();
    return {
      url: given ?? (await findOperatorUrl({ account: accounts.security, region: homeRegion })),
      region: homeRegion,
      ...(endpoint === undefined ? {} : { endpoint }),
    };
  };
  return async (request) => {
    const { askOperator } = await import('@cordon/responder/operator-client');
    route ??= find();
    return askOperator(request, await route);
  };
};

/**
 * Sends one request with the caller's own credentials and prints the answer. Throws UsageError for what is no request, and where
 * AWS could not be reached.
 */
export const askAndPrint = async (
  given: object,
  { url, json }: Reaching,
  output: Output,
): Promise<ExitCode> => {
  const request = operatorRequest.safeParse(given);
  if (!request.success)
    throw new UsageError(
      'bad-arguments',
      request.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      'correct it and run the command again',
    );
  const answered = await operatorOf(
    config,
    url,
  )(request.data).catch((error: unknown) => {
    if (error instanceof UsageError || error instanceof TypeError || !(error instanceof Error)) throw error;
    throw new UsageError(
      'not-reached',
      `the operator function was not reached: ${error.name}: ${error.message}`,
      'sign in as an approver of cordon.config.ts (approvals.approvers), or give --url',
    );
  });
  if (answered.status === 'not-answered') {
    const what = `AWS answered ${answered.code}: ${answered.body}`;
    const hint =
      answered.code === 403
        ? 'your role needs lambda:InvokeFunctionUrl and lambda:InvokeFunction on cordon-operator, and its account an approver in cordon.config.ts'
        : 'look at the log of the function cordon-operator, then try again: every request is safe to repeat';
    if (json) output.out(document({ status: 'not-answered', code: answered.code, because: what, hint }));
    output.err(`${what}; ${hint}\n`);
    return EXIT.incomplete;
  }
  return print(answered.reply, json, output);
};

const document = (of: object): string => `${JSON.stringify({ schemaVersion: 1, ...of }, null, 2)}\n`;

const print = (reply: OperatorReply, json: true | undefined, output: Output): ExitCode => {
  if (json) output.out(document(reply));
  if (reply.status === 'refused') {
    output.err(`refused (${reply.code}): ${[reply.because, ...(reply.drift ?? [])].join('\n  ')}\n`);
    return reply.code === 'bad-request' ? EXIT.badInput : EXIT.incomplete;
  }
  if (!json) output.out(`${replyLines(reply).join('\n')}\n`);
  return EXIT.ok;
};
