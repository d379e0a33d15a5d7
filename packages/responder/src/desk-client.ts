import { deskReply, type DeskReply, type DeskRequest } from '@cordon/incident';
import * as z from 'zod';
import { askUrl, type OperatorRoute } from './operator-client.ts';

/** The answer of the evidence desk, or of AWS before it. */
export type DeskAnswered =
  | { readonly status: 'answered'; readonly reply: DeskReply }
  /** AWS itself refused, or the function failed. */
  | { readonly status: 'not-answered'; readonly code: number; readonly body: string };

const envelope = z.object({ schemaVersion: z.literal(1) });

/** Asks the evidence desk through its URL, by a request that is signed as the caller's own. */
export const askDesk = async (request: DeskRequest, route: OperatorRoute): Promise<DeskAnswered> => {
  const { code, body } = await askUrl(request, route);
  try {
    const document: unknown = JSON.parse(body);
    envelope.parse(document);
    return { status: 'answered', reply: deskReply.parse(document) };
  } catch {
    return { status: 'not-answered', code, body: body.slice(0, 1_000) };
  }
};
