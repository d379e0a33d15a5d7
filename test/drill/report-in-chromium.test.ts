import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { exportIncident, ledgersOf } from '@cordon/drill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { drill, inProcess } from './run.ts';

/** Where Debian and others put it. `.ci/run` installs it where Debian's package is to be had, and then a missing one is a failure. */
const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
});
// Whether a browser must be there is the caller's to say, and a test has no other configuration.
// oxlint-disable-next-line no-restricted-properties
if (BROWSER === undefined && process.env['CORDON_BROWSER'] === 'required')
  throw new Error('CORDON_BROWSER says that there is a chromium, and there is none');
if (BROWSER === undefined)
  process.stderr.write('NOTICE: there is no chromium here; the report was not looked at in a browser\n');

/** Hosts that the browser asks for things of its own, whatever page it shows; a site's icon is one more. */
const BROWSERS_OWN = /(?:^|\.)(?:google|googleapis|gstatic)\.com(?::\d+)?$/;

const saidSchema = z.object({
  heading: z.string(),
  styled: z.string(),
  scripts: z.number(),
  dots: z.number(),
  overflow: z.number(),
  wide: z.array(z.string()),
  fetched: z.array(z.string()),
});

/**
 * A page around the report's frame, with a script that measures it. The report has none of its own, and its policy lets none in: the frame
 * is looked at from outside.
 */
const around = (width: number): string => `<!doctype html><title>around</title>
<iframe width="${width}" height="900" style="border:0" sandbox="allow-same-origin" src="/report.html"></iframe>
<pre id="said"></pre><script>
document.querySelector('iframe').addEventListener('load', ({ target }) => {
  const inside = target.contentDocument;
  const root = inside.documentElement;
  const wide = [...inside.querySelectorAll('main *')].filter(
    (one) => one.getBoundingClientRect().right > ${width} + 1 && one.closest('.unseen, thead') === null,
  );
  const said = {
    heading: inside.querySelector('.answer').textContent,
    styled: target.contentWindow.getComputedStyle(inside.querySelector('.verdict')).borderLeftStyle,
    scripts: inside.scripts.length,
    dots: inside.querySelectorAll('circle').length,
    overflow: root.scrollWidth - root.clientWidth,
    wide: wide.map((one) => one.outerHTML.slice(0, 80)),
    fetched: target.contentWindow.performance.getEntriesByType('resource').map(({ name }) => name),
  };
  document.getElementById('said').textContent = btoa(unescape(encodeURIComponent(JSON.stringify(said))));
});
</script>`;

describe.skipIf(BROWSER === undefined)('the report, in a real browser', () => {
  let dir = '';
  let server: Server | undefined;
  const requests: string[] = [];

  /** Loads a page of the server in a fresh browser, and gives what became of it and what the browser had to say. */
  const load = async (path: string): Promise<{ readonly stdout: string; readonly stderr: string }> => {
    const address = server?.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const profile = await mkdtemp(join(dir, 'profile-'));
    const flags = [
      'headless=new',
      'no-sandbox',
      'disable-gpu',
      'disable-background-networking',
      'disable-component-update',
      'disable-sync',
      'no-first-run',
      'enable-logging=stderr',
      'virtual-time-budget=3000',
      // Whatever the page asks of any host reaches this server, and is seen.
      `host-resolver-rules=MAP * 127.0.0.1:${port}`,
      `user-data-dir=${profile}`,
      'dump-dom',
    ].map((flag) => `--${flag}`);
    const child = spawn(BROWSER ?? '', [...flags, `http://127.0.0.1:${port}${path}`], { timeout: 60_000 });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { stdout, stderr };
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cordon-browser-'));
    const { result, record, close } = await drill({ ...inProcess() });
    const [ledgerId = ''] = ledgersOf(record, result.incidents[0]?.incidentId ?? '');
    const page = exportIncident(record, ledgerId).get('objects/report.html') ?? '';
    await close();
    server = createServer(({ url = '', headers: { host = '' } }, response) => {
      if (!BROWSERS_OWN.test(host) && url !== '/favicon.ico') requests.push(url);
      const width = /^\/around-(\d+)$/.exec(url)?.[1];
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(width === undefined ? page : around(Number(width)));
    });
    await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  }, 120_000);
  afterAll(async () => {
    server?.close();
    server?.closeAllConnections();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  it.each([400, 1_280])(
    'fits a width of %d pixels, styled, with its timeline, and fetches nothing',
    async (width) => {
      const { stdout } = await load(`/around-${width}`);
      const base64 = /<pre id="said">([^<]+)<\/pre>/.exec(stdout)?.[1] ?? '';
      const said = saidSchema.parse(JSON.parse(Buffer.from(base64, 'base64').toString('utf8')));
      expect(said).toMatchObject({ overflow: 0, wide: [], styled: 'solid', scripts: 0, fetched: [] });
      expect(said.heading).toContain('Contained since');
      expect(said.dots).toBeGreaterThan(20);
    },
    90_000,
  );

  it('has nothing to complain of, and asks for nothing but itself', async () => {
    requests.length = 0;
    const { stderr } = await load('/report.html');
    expect(stderr.split('\n').filter((line) => line.includes('CONSOLE'))).toEqual([]);
    expect(requests).toEqual(['/report.html']);
  }, 90_000);
});
