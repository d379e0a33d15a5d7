import { hash } from 'node:crypto';

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-faq.html : block tokens last seven days, page tokens an hour */
export const BLOCK_TOKEN_MS = 7 * 86_400_000;
export const PAGE_TOKEN_MS = 3_600_000;

/** What a token is good for. */
interface Token {
  readonly kind: 'block' | 'page';
  readonly snapshotId: string;
  /** The block; of a page, where it begins. */
  readonly index: number;
  /** Virtual epoch milliseconds. */
  readonly expiresAt: number;
}

const textOf = ({ kind, snapshotId, index, expiresAt }: Token): string =>
  [kind, snapshotId, index, expiresAt].join(' ');

const sealOf = (text: string): string => hash('sha256', `token ${text}`, 'base64url').slice(0, 12);

/** Writes a token; it looks like nothing, as AWS's do. */
export const writeToken = (token: Token): string => {
  const text = textOf(token);
  return Buffer.from(`${text} ${sealOf(text)}`).toString('base64url');
};

/** Whether a token is one that was given for this, and still counts. */
export const isGood = (written: string, token: Omit<Token, 'expiresAt'>, now: number): boolean => {
  const read = readToken(written);
  return (
    read !== undefined &&
    read.kind === token.kind &&
    read.snapshotId === token.snapshotId &&
    read.index === token.index &&
    read.expiresAt > now
  );
};

/** What a token says; undefined for one that nobody gave. */
export const readToken = (written: string): Token | undefined => {
  const [kind, snapshotId = '', index, expiresAt, seal] = Buffer.from(written, 'base64url')
    .toString()
    .split(' ');
  if (kind !== 'block' && kind !== 'page') return undefined;
  const token = { kind, snapshotId, index: Number(index), expiresAt: Number(expiresAt) } as const;
  return seal === sealOf(textOf(token)) ? token : undefined;
};
