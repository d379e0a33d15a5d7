import {
  deskRequest,
  EVIDENCE_DESK_FUNCTION_NAME,
  EVIDENCE_READER_ROLE_NAME,
  type DeskReply,
} from '@cordon/incident';
import type { DeskAnswered } from '@cordon/responder/desk-client';
import { config } from '../../../../cordon.config.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { UsageError } from '../usage-error.ts';

/** Options that every command of the desk has. */
export interface Reaching {
  readonly url?: string;
  readonly json?: true;
}

const NOT_REACHED =
  'sign in as one of evidence.readers, evidence.keepers or evidence.disposers of cordon.config.ts, with a policy for the desk (docs/evidence.md); from another account than the evidence account, give --url';

/** Asks the desk with the caller's own credentials. Throws UsageError for what is no request, and where AWS could not be reached. */
export const askTheDesk = async (given: object, url: string | undefined): Promise<DeskAnswered> => {
  const request = deskRequest.safeParse(given);
  if (!request.success)
    throw new UsageError(
      'bad-arguments',
      request.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      'correct it and run the command again',
    );
  if (url !== undefined && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)))
    throw new UsageError(
      'bad-url',
      `--url is ${JSON.stringify(url)}`,
      `give the URL of ${EVIDENCE_DESK_FUNCTION_NAME}`,
    );
  const { accounts, homeRegion: region } = config;
  const [{ askDesk }, { endpointOfEnvironment, findOperatorUrl }] = await Promise.all([
    import('@cordon/responder/desk-client'),
    import('@cordon/responder/operator-client'),
  ]);
  try {
    const endpoint = await endpointOfEnvironment();
    const at =
      url === undefined
        ? await findOperatorUrl({ account: accounts.evidence, region, name: EVIDENCE_DESK_FUNCTION_NAME })
        : new URL(url);
    return await askDesk(request.data, { url: at, region, ...(endpoint === undefined ? {} : { endpoint }) });
  } catch (error) {
    if (error instanceof TypeError || !(error instanceof Error)) throw error;
    throw new UsageError(
      'not-reached',
      `the evidence desk was not reached: ${error.name}: ${error.message}`,
      NOT_REACHED,
    );
  }
};

/**
 * Sends one request to the evidence desk and prints the answer. Credentials go to standard output alone, as lines for a shell or as a
 * document. Throws UsageError for what is no request.
 */
export const askDeskAndPrint = async (
  given: object,
  { url, json }: Reaching,
  output: Output,
): Promise<ExitCode> => {
  const answered = await askTheDesk(given, url);
  if (answered.status === 'not-answered') {
    const because = `AWS answered ${answered.code}: ${answered.body}`;
    const hint =
      answered.code === 403
        ? NOT_REACHED
        : `look at the log of ${EVIDENCE_DESK_FUNCTION_NAME}, then try again`;
    if (json) output.out(document({ status: 'not-answered', code: answered.code, because, hint }));
    output.err(`${clean(because)}; ${hint}\n`);
    return EXIT.incomplete;
  }
  const { reply } = answered;
  if (json) output.out(document(reply));
  if (reply.status === 'refused') {
    output.err(`refused (${reply.code}): ${clean(reply.because)}\n`);
    return reply.code === 'bad-request' ? EXIT.badInput : EXIT.incomplete;
  }
  if (!json) print(reply, output);
  return EXIT.ok;
};

const document = (of: object): string => `${JSON.stringify({ schemaVersion: 1, ...of }, null, 2)}\n`;

/** A terminal obeys control characters; what others wrote must not reach it with any. */
const clean = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');

/** Credentials of AWS hold no quote; one that did would end the line of the shell, so it is refused. */
const quoted = (text: string): string => {
  if (/^[\w+/=.-]+$/.test(text)) return `'${text}'`;
  throw new Error('the desk gave credentials that no shell line may hold; ask again with --json');
};

const print = (reply: Exclude<DeskReply, { status: 'refused' }>, output: Output): void => {
  switch (reply.status) {
    case 'opened': {
      const { accessKeyId, secretAccessKey, sessionToken } = reply.credentials;
      output.out(
        [
          `export AWS_ACCESS_KEY_ID=${quoted(accessKeyId)}`,
          `export AWS_SECRET_ACCESS_KEY=${quoted(secretAccessKey)}`,
          `export AWS_SESSION_TOKEN=${quoted(sessionToken)}`,
          '',
        ].join('\n'),
      );
      output.err(
        `a session of ${EVIDENCE_READER_ROLE_NAME} for ${reply.incident} alone, until ${reply.until}; entry ${reply.custody.sequence} of ${reply.custody.ledgerId} says so\n`,
      );
      return;
    }
    case 'done':
      output.out(`${clean(reply.detail)}\nentry ${reply.custody.sequence} of ${reply.custody.ledgerId}\n`);
      return;
    case 'waits-for-second-person':
      output.out(
        [
          `nothing is ${reply.what === 'dispose' ? 'destroyed' : 'released'} yet: another person must approve it before ${reply.until}`,
          `  cordon evidence ${reply.what} ${reply.incident} --reason TEXT --asked ${reply.asked}`,
          '',
        ].join('\n'),
      );
  }
};
