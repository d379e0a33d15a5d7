import {
  ARCHIVIST_FUNCTION_NAME,
  deskReply,
  deskRequest,
  DISPOSER_FUNCTION_NAME,
  personOf,
  type DeskRefusal,
  type DeskReply,
  type DeskRequest,
  type Person,
} from '@cordon/incident';
import { archivistReply, disposerReply } from '@cordon/incident/keeping';
import * as z from 'zod';
import { classify } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { askKeeper, callNeighbour } from './ask-keeper.ts';
import { openAccess } from './open-access.ts';

/** A request to the function's URL, as far as it is read: who signed it, and its body. */
export const deskEvent = z.object({
  requestContext: z.object({
    http: z.object({ method: z.string() }),
    authorizer: z.object({ iam: z.unknown() }).optional(),
  }),
  body: z.string().max(100_000).optional(),
  isBase64Encoded: z.boolean().default(false),
});
/** An HTTP answer. */
export const deskAnswer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

/** The door to evidence: people open, hold, release and export through it, and each is in the ledger before it is given. */
export const desk = async (
  event: z.infer<typeof deskEvent>,
  services: Services,
): Promise<z.infer<typeof deskAnswer>> => answerOf(await receive(event, services));

const STATUS_CODES: Readonly<Partial<Record<DeskRefusal, number>>> = {
  'unknown-person': 403,
  'no-mfa': 403,
  'bad-request': 400,
  'no-such-incident': 404,
};

const answerOf = (reply: DeskReply): z.infer<typeof deskAnswer> => ({
  statusCode: reply.status === 'refused' ? (STATUS_CODES[reply.code] ?? 409) : 200,
  // An answer may hold credentials: nothing on the way may keep it.
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify({ schemaVersion: 1, ...deskReply.parse(reply) }),
});

/** An answer that says why nothing was done, and what to do next. */
const refused = (code: DeskRefusal, because: string): DeskReply => ({ status: 'refused', code, because });

const bodyOf = ({ body, isBase64Encoded }: z.infer<typeof deskEvent>): unknown => {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? ''));
  } catch {
    return undefined;
  }
};

const accessKey = z.object({ accessKey: z.string() });

/**
 * A user's long-term key never carries MFA; a session may. Sessions of Identity Center have it where the organization asks for it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
const isLongTerm = (authorizer: unknown): boolean => {
  const read = accessKey.safeParse(authorizer);
  return !read.success || !read.data.accessKey.startsWith('ASIA');
};

const LISTS = {
  open: 'readers',
  export: 'readers',
  hold: 'keepers',
  'release-hold': 'keepers',
  dispose: 'disposers',
} as const satisfies Readonly<Record<DeskRequest['action'], 'readers' | 'keepers' | 'disposers'>>;

const receive = async (event: z.infer<typeof deskEvent>, services: Services): Promise<DeskReply> => {
  const { http, authorizer } = event.requestContext;
  const { organizationId, evidence } = services.config;
  if (http.method !== 'POST') return refused('bad-request', `a ${http.method} request; POST a JSON document`);
  const read = deskRequest.safeParse(bodyOf(event));
  if (!read.success) return refused('bad-request', z.prettifyError(read.error).slice(0, 1_000));
  const list = LISTS[read.data.action];
  const who = personOf(authorizer?.iam, {
    organizationId,
    approvals: { approvers: evidence[list], setting: `evidence.${list}` },
  });
  if (who.status === 'unknown') return refused('unknown-person', who.because);
  if (isLongTerm(authorizer?.iam))
    return refused(
      'no-mfa',
      'a long-term access key carries no MFA; sign in, or get a session by sts get-session-token with your MFA device',
    );
  return act(read.data, { by: who.person, services });
};

const act = async (
  request: DeskRequest,
  { by, services }: { readonly by: Person; readonly services: Services },
): Promise<DeskReply> => {
  const { incident, reason } = request;
  switch (request.action) {
    case 'open':
      return openAccess({ incident, reason, by }, services);
    case 'hold': {
      const held = done(await askKeeper(services, { kind: 'hold', incident, by, reason }));
      return held.status === 'done'
        ? { ...held, detail: await withLocks(held.detail, incident, services) }
        : held;
    }
    case 'export':
      return done(await askKeeper(services, { kind: 'export', incident, by, reason, to: request.to }));
    case 'release-hold':
    case 'dispose':
      return decideByTwo(request, { by, services });
  }
};

/** One person asks, another approves; a disposal then begins at once. */
const decideByTwo = async (
  request: Extract<DeskRequest, { action: 'release-hold' | 'dispose' }>,
  { by, services }: { readonly by: Person; readonly services: Services },
): Promise<DeskReply> => {
  const { action: what, incident, reason, asked } = request;
  if (asked !== undefined) {
    const approved = await askKeeper(services, { kind: 'approve', incident, by, reason, what, asked });
    return what === 'dispose' && approved.status !== 'refused'
      ? dispose(approved.custody, incident, services)
      : done(approved);
  }
  const answer = await askKeeper(services, { kind: 'ask', incident, by, reason, what });
  if (answer.status === 'refused') return answer;
  const { custody, until } = answer;
  if (until === undefined) throw new Error('the keeper said not until when the request can be approved');
  return { status: 'waits-for-second-person', incident, what, asked: custody.digest, until, custody };
};

type Custody = Extract<DeskReply, { status: 'done' }>['custody'];

/** Has the disposer begin, or go on where an earlier try broke off. */
const dispose = async (approval: Custody, incident: string, services: Services): Promise<DeskReply> => {
  const answer = disposerReply.parse(
    await callNeighbour(services, DISPOSER_FUNCTION_NAME, { incident, approved: approval.digest }),
  );
  switch (answer.status) {
    case 'disposed':
      return { status: 'done', detail: answer.detail, custody: answer.custody };
    case 'goes-on':
      return {
        status: 'done',
        detail: `${answer.left} are still to be destroyed: run the same command again, as the same person, and it goes on`,
        custody: approval,
      };
    case 'stopped':
      return refused('not-disposable', `the disposal stopped: ${answer.because}`);
  }
};

/** A hold stands whatever becomes of the locks of copies: the archivist tries again every day. */
const withLocks = async (detail: string, incident: string, services: Services): Promise<string> => {
  try {
    const { lengthened, failed } = archivistReply.parse(
      await callNeighbour(services, ARCHIVIST_FUNCTION_NAME, { incident }),
    );
    return failed.length === 0
      ? `${detail}; ${lengthened} of them now`
      : `${detail}; not all of them now: ${failed[0]}; it is tried again every day`;
  } catch (error) {
    const { code, message } = classify(error);
    return `${detail}; not now: ${code}: ${message.slice(0, 300)}; it is tried again every day`;
  }
};

const done = (answer: Awaited<ReturnType<typeof askKeeper>>): DeskReply =>
  answer.status === 'refused' ? answer : { status: 'done', detail: answer.detail, custody: answer.custody };
