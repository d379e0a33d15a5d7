import { createHash } from 'node:crypto';
import type { GuestCommand, GuestResult } from '@cordon/local-aws';

const BLOCK = 524_288;

const digest = (algorithm: 'sha256' | 'md5', data: Uint8Array): Buffer =>
  createHash(algorithm).update(data).digest();
const hexOf = (data: Uint8Array): string => digest('sha256', data).toString('hex');

/** What a script says at its end. */
export const said = (what: object, exitCode: number, seconds: number): GuestResult => ({
  exitCode,
  stdout: `\nCORDON-MEMORY ${JSON.stringify(what)}\n`,
  stderr: '',
  seconds,
});
const refused = (because: string, seconds: number): GuestResult =>
  said({ status: 'refused', because }, 1, seconds);

/** How long a host takes to read and send its memory. */
const SECONDS = 70;

/** The tool that the script fetches: the program, or where there is none the first module that is linked; the hash that it holds it to. */
const toolOf = ({
  parameters,
  step,
}: GuestCommand): { readonly by: string; readonly url: string; readonly want: string } => {
  const script = step.commands.join('\n');
  const [url = 'none'] = parameters['ToolUrl'] ?? [];
  const [, want = ''] = /^\$?want ?= ?'([0-9a-f]{64})'/m.exec(script) ?? [];
  if (url !== 'none')
    return { by: step.action === 'aws:runPowerShellScript' ? 'winpmem' : 'avml', url, want };
  const [module = ''] = parameters['Modules']?.[0]?.split(' ') ?? [];
  const sha256 = module.slice(0, 64);
  return { by: 'lime', url: module.slice(65), want: script.includes(`lime='${sha256}'`) ? sha256 : '' };
};

/** Sends a body by a link, as the scripts do. */
const sender =
  ({ fetch }: GuestCommand) =>
  async (body: Buffer, url: string): Promise<boolean> => {
    const { status } = await fetch({
      method: 'PUT',
      url,
      headers: { 'If-None-Match': '*', 'Content-MD5': digest('md5', body).toString('base64') },
      body,
    });
    return status === 200;
  };

/**
 * Does what the scripts say that send memory, on a host to which no volume comes: each part goes by its own link, and the list of their digests at the end,
 * as far as the network lets it.
 *
 * @param wholeParts how many whole parts the image has, before a little of another
 */
export const sendParts = async (command: GuestCommand, wholeParts = 1): Promise<GuestResult> => {
  const { instanceId, parameters, fetch } = command;
  const value = (name: string): string => parameters[name]?.[0] ?? '';
  const { by, url, want } = toolOf(command);
  const tool = await fetch({ method: 'GET', url });
  const list = await fetch({ method: 'GET', url: value('Links') });
  if (tool.status !== 200 || list.status !== 200) return refused('tool-not-fetched', 120);
  if (hexOf(tool.body) !== want) return refused('tool-hash-differs', 5);
  if (hexOf(list.body) !== value('LinksSha256')) return refused('links-differ', 5);
  const [forDigests = '', ...links] = Buffer.from(list.body).toString('utf8').trim().split('\n');
  const partBytes = Number(value('PartBytes'));
  const image = Buffer.alloc(wholeParts * partBytes + 2 * BLOCK, `memory of ${instanceId} `);
  const send = sender(command);
  let digests = '';
  let parts = 0;
  for (let from = 0; from < image.length; from += partBytes) {
    const body = image.subarray(from, from + partBytes);
    if (!(await send(body, links[parts] ?? ''))) return refused('upload-refused', 30);
    parts += 1;
    digests += `${hexOf(body)}\n`;
  }
  if (!(await send(Buffer.from(digests), forDigests))) return refused('upload-refused', 30);
  return said(
    {
      status: 'captured',
      by,
      sha256: hexOf(image),
      bytes: image.length,
      toolSha256: want,
      kernel: '6.1.0-drill',
      parts,
      digests: hexOf(Buffer.from(digests)),
    },
    0,
    SECONDS,
  );
};
