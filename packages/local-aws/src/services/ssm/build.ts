import type { Host } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { beat } from './agents.ts';
import { readContent } from './document-content.ts';
import type { Guest } from './guest.ts';
import { ssmState, type CommandDocument } from './state.ts';

/** An account and a Region. */
export interface SsmPlace {
  readonly account: string;
  readonly region: string;
}

/** What a document is made from. */
export interface DocumentSpec extends SsmPlace {
  readonly name: string;
  /** The JSON text, or what is to be written as such. */
  readonly content: string | object;
  readonly targetType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Accounts that it is shared with. */
  readonly sharedWith?: readonly string[];
}

/**
 * Adds a document of type Command; one of that name gets a version more, which becomes the default.
 *
 * @param now virtual epoch ms
 * @throws Error for content that is not implemented
 */
export const addDocument = (world: World, spec: DocumentSpec, now: number): CommandDocument => {
  const { account, region, name, content: given, targetType, tags = {}, sharedWith = [] } = spec;
  const { documents } = world.of(ssmState, account, region);
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  const version = { text, content: readContent(text), createdAt: now };
  const before = documents.get(name);
  if (before !== undefined) {
    before.defaultVersion = before.versions.push(version);
    return before;
  }
  const document: CommandDocument = {
    name,
    arn: `arn:${world.facts.partition}:ssm:${region}:${account}:document/${name}`,
    ownerId: account,
    ...(targetType === undefined ? {} : { targetType }),
    tags: new Map(Object.entries(tags)),
    sharedWith: new Set(sharedWith),
    versions: [version],
    defaultVersion: 1,
  };
  documents.set(name, document);
  return document;
};

/**
 * Puts a guest with an SSM Agent into an instance, or into every instance of an image. From then on its agent registers as soon as
 * credentials and network let it, and sends its heartbeats. An instance without a guest has no agent.
 *
 * @param on `id` of an instance or of an image
 */
export const addGuest = (
  stage: { readonly world: World; readonly timeline: Timeline; readonly host: Host },
  on: SsmPlace & { readonly id: string },
  guest: Guest,
): void => {
  const { account, region, id } = on;
  stage.world.of(ssmState, account, region).guests.set(id, guest);
  beat(stage, { account, region });
};
