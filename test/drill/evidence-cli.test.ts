import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionOf } from '@cordon/drill';
import { EVIDENCE_DESK_FUNCTION_NAME, vaultBucketName } from '@cordon/incident';
import { lambdaState, s3State } from '@cordon/local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report } from '../../apps/cli/src/report/report.ts';
import { config } from '../../cordon.config.ts';
import { play, type Played } from '../steps/play.ts';
import { cordonAs, type Ran } from './cordon-as.ts';

const PATIENCE_MS = 90_000;

describe('the commands by which people come to evidence', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-evidence-cli-'));
  let played: Played;
  let port = 0;
  let incident = '';

  /** The tool as a person runs it, with their credentials, against the served organization. */
  const as = async (person: string, among: 'readers' | 'keepers', args: readonly string[]): Promise<Ran> => {
    const { organization } = played;
    const keys = sessionOf(organization, config, person, config.evidence[among]);
    if (keys === undefined) throw new Error('nobody is named');
    // Where a function's URL is may be asked in its own account alone; readers are of another, and are told.
    const url = among === 'readers' && args[0] !== 'verify' ? ['--url', deskUrl()] : [];
    return cordonAs(organization, { port, keys }, ['evidence', ...args, ...url]);
  };

  const deskUrl = (): string => {
    const { host = '' } =
      played.organization.world
        .of(lambdaState, config.accounts.evidence, config.homeRegion)
        .functions.get(EVIDENCE_DESK_FUNCTION_NAME)?.url ?? {};
    return `https://${host}/`;
  };

  beforeAll(async () => {
    played = await play({ scenario: 'no-profile', seed: 'evidence-cli' });
    const { organization } = played;
    const vault = organization.world
      .of(s3State, '', '')
      .buckets.get(vaultBucketName(config.accounts.evidence));
    incident = [...(vault?.versions.keys() ?? [])][0]?.split('/')[1] ?? '';
    ({ port } = await organization.serve());
  }, PATIENCE_MS);
  afterAll(async () => {
    rmSync(work, { recursive: true });
    await played.organization.close();
  });

  it(
    'open an incident for a shell, hold it, and release the hold by a second person',
    async () => {
      const opened = await as('ada@example.org', 'readers', ['open', incident, '--reason', 'a timeline']);
      expect(opened.exit).toBe(0);
      expect(opened.stdout).toMatch(
        /^export AWS_ACCESS_KEY_ID='\w+'\nexport AWS_SECRET_ACCESS_KEY='[^']+'\nexport AWS_SESSION_TOKEN='[^']+'\n$/,
      );
      expect(opened.stderr).toContain(`for ${incident} alone`);

      const refused = await as('ada@example.org', 'readers', ['hold', incident, '--reason', 'an order']);
      expect(refused).toMatchObject({ exit: 3, stdout: '' });
      expect(refused.stderr).toContain('evidence.keepers');

      expect((await as('bob@example.org', 'keepers', ['hold', incident, '--reason', 'an order'])).exit).toBe(
        0,
      );
      const asked = await as('bob@example.org', 'keepers', ['release-hold', incident, '--reason', 'closed']);
      const digest = /--asked ([0-9a-f]{64})/.exec(asked.stdout)?.[1] ?? '';
      const approve = ['release-hold', incident, '--reason', 'seen', '--asked', digest];
      expect((await as('bob@example.org', 'keepers', approve)).stderr).toContain('another person');
      expect(await as('eve@example.org', 'keepers', approve)).toMatchObject({ exit: 0, stderr: '' });
    },
    PATIENCE_MS,
  );

  it(
    'export it out of the vault, after the ledger says for whom, as a bundle that verifies',
    async () => {
      const out = join(work, 'bundle');
      const args = ['--to', 'the prosecutor', '--reason', 'order 12/26', '-o', out];
      expect(await as('ada@example.org', 'readers', ['export', incident, ...args])).toMatchObject({
        exit: 0,
        stderr: '',
      });
      const { keyFingerprint } = JSON.parse(readFileSync(join(out, 'bundle.json'), 'utf8')) as {
        keyFingerprint: string;
      };
      const verified = await as('ada@example.org', 'readers', [
        'verify',
        out,
        '--json',
        '--key-fingerprint',
        keyFingerprint,
      ]);
      expect(JSON.parse(verified.stdout)).toMatchObject({
        status: 'verified',
        ledgers: [{ status: 'verified', incidentId: incident, keeping: { entries: expect.any(Number) } }],
      });
      const entry = JSON.parse(
        readFileSync(join(out, 'evidence', incident, 'keeping', '000008.json'), 'utf8'),
      ) as { payload: string };
      expect(JSON.parse(Buffer.from(entry.payload, 'base64').toString('utf8'))).toMatchObject({
        event: { kind: 'exported', to: 'the prosecutor', by: { name: 'ada@example.org' } },
      });
      let page = '';
      const exit = await report(
        join(out, 'evidence', incident),
        { kept: true, keyFingerprint },
        { out: (text) => void (page += text), err: () => undefined },
      );
      expect(exit).toBe(0);
      for (const words of [
        'exported it for: the prosecutor',
        'ada@example.org',
        'No entry is missing up to the',
      ])
        expect(page).toContain(words);
    },
    PATIENCE_MS,
  );
});
