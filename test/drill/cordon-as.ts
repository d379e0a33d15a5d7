import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Credentials, Organization } from '@cordon/local-aws';

const MAIN = join(import.meta.dirname, '../../apps/cli/src/main.ts');

/** What a run of the tool left. */
export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the tool as a person does, with their credentials, against an organization that is served at a port. */
export const cordonAs = (
  organization: Organization,
  { port, keys }: { readonly port: number; readonly keys: Credentials },
  args: readonly string[],
): Promise<Ran> =>
  organization.during(async () => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: {
        PATH: '/usr/bin:/bin',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        AWS_SESSION_TOKEN: keys.sessionToken,
      },
    });
    child.stdin.end();
    const ended = new Promise<number | null>((settle, reject) => {
      child.on('error', reject);
      child.on('close', settle);
    });
    const [stdout, stderr, exit] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { exit, stdout, stderr };
  });
