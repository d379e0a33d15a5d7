import {
  deskReply,
  deskRequest,
  personOf,
  type DeskRefusal,
  type DeskReply,
  type DeskRequest,
  type Person,
} from '@cordon/incident';
import * as z from 'zod';
import type { Services } from '../services.ts';
import { askKeeper } from './ask-keeper.ts';
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
} as const satisfies Readonly<Record<DeskRequest['action'], 'readers' | 'keepers'>>;

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
    case 'hold':
      return done(await askKeeper(services, { kind: 'hold', incident, by, reason }));
    case 'export':
      return done(await askKeeper(services, { kind: 'export', incident, by, reason, to: request.to }));
    case 'release-hold': {
      const what = 'release-hold';
      const { asked } = request;
      if (asked !== undefined)
        return done(await askKeeper(services, { kind: 'approve', incident, by, reason, what, asked }));
      const answer = await askKeeper(services, { kind: 'ask', incident, by, reason, what });
      if (answer.status === 'refused') return answer;
      const { custody, until } = answer;
      if (until === undefined) throw new Error('the keeper said not until when the request can be approved');
      return { status: 'waits-for-second-person', incident, asked: custody.digest, until, custody };
    }
  }
};

const done = (answer: Awaited<ReturnType<typeof askKeeper>>): DeskReply =>
  answer.status === 'refused' ? answer : { status: 'done', detail: answer.detail, custody: answer.custody };
