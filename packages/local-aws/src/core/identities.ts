import type { Ids } from './ids.ts';
import type { Caller, Credentials } from './operation.ts';

interface Issued {
  readonly credentials: Credentials;
  readonly caller: Caller;
}

/** All credentials that the organization has issued: who an access key is. */
export class Identities {
  readonly #issued = new Map<string, Issued>();
  readonly #ids: Ids;

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  /** New temporary credentials for `caller`, valid for `seconds` from `now` (epoch ms). */
  issue(caller: Omit<Caller, 'accessKeyId'>, now: number, seconds: number): Credentials {
    const credentials: Credentials = {
      accessKeyId: `ASIA${this.#ids.base32('access-key', 16)}`,
      secretAccessKey: this.#ids.hex('secret-key', 40),
      sessionToken: this.#ids.hex('session-token', 96),
      expiresAt: now + seconds * 1000,
    };
    this.#issued.set(credentials.accessKeyId, {
      credentials,
      caller: { ...caller, accessKeyId: credentials.accessKeyId },
    });
    return credentials;
  }

  /** Who owns an access key, and its keys; undefined for one that was never issued. */
  find(accessKeyId: string): Issued | undefined {
    return this.#issued.get(accessKeyId);
  }
}
