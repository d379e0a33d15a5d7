import { createHmac } from 'node:crypto';
import {
  CHAT_TOPIC_NAME,
  defineConfig,
  TOPIC_NAME,
  UNDELIVERED_NOTICES_QUEUE_NAME,
  type CordonConfig,
} from '@cordon/incident';
import {
  addParameter,
  addSecurityHubFinding,
  enableSecurityHub,
  securityHubState,
  snsState,
  sqsState,
  textFor,
} from '@cordon/local-aws';
import type { Posting } from '@cordon/responder';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { notifying } from '../simulation/notifying.ts';
import { securityHome } from '../simulation/security-home.ts';
import { play, type Play, type Played, type Stage } from './play.ts';

const { security } = notifying.accounts;
const HOME = notifying.homeRegion;
const KEY = Buffer.alloc(32, 5);
const SECRET = `whsec_${KEY.toString('base64')}`;
/** From the opening of the incident to its seal, in the order of their phases. */
const STORY = ['incident-opened', 'contained', 'incident-sealed'];

const putSecret = ({ organization }: Stage, value = SECRET): void => {
  const { world, ids, timeline } = organization;
  const now = timeline.now();
  addParameter(
    { world, ids },
    { account: security, region: HOME },
    { name: '/cordon/webhook-secret', value, now },
  );
};

/** Security Hub of the suspect's Region, with the finding of the incident once GuardDuty has said it. */
const putFinding = ({ organization, suspect }: Stage, findingId: string): void => {
  const { world, timeline } = organization;
  const { account, region } = suspect;
  enableSecurityHub(world, { account: security, region });
  addSecurityHubFinding(
    world,
    { administrator: security, account, region, detectorId: '0'.repeat(32), findingId },
    timeline.now(),
  );
};

let known: Promise<string> | undefined;

/** The finding that an incident is about: of the seed and scenario that all plays here have. Played once. */
const findingOf = (): Promise<string> => {
  known ??= play({ seed: 'notify' }).then(({ organization }) => {
    const told = organization.journal.events.map(({ event }) => JSON.stringify(event['detail'])).join();
    return /"findingId":"([0-9a-f]{32})"/.exec(told)?.[1] ?? '';
  });
  return known;
};

const playAll = (of: Play = {}) =>
  play({ seed: 'notify', config: notifying, templates: securityHome(of.config ?? notifying), ...of });

const publishedOn = ({ organization }: Played, name: string) =>
  organization.world.of(snsState, security, HOME).topics.get(`arn:aws:sns:${HOME}:${security}:${name}`)
    ?.published ?? [];

const chatMessage = z.object({
  content: z.object({ title: z.string(), keywords: z.array(z.string()) }),
  metadata: z.object({ threadId: z.string() }),
});
const chatOf = (played: Played) =>
  publishedOn(played, CHAT_TOPIC_NAME).map(({ message }) => chatMessage.parse(JSON.parse(message)));

const undeliveredOf = ({ organization }: Played): number =>
  [...organization.world.of(sqsState, security, HOME).queues.values()].find(
    ({ name }) => name === UNDELIVERED_NOTICES_QUEUE_NAME,
  )?.messages.length ?? -1;

const body = z.object({ id: z.string(), type: z.string(), data: z.object({ thread: z.string() }) });

/** A receiver that keeps what it gets, and answers as it is told. */
const receiver = (answer: (nth: number) => number = () => 200) => {
  const got: Posting[] = [];
  const post = (posting: Posting): Promise<number> => {
    got.push(posting);
    return Promise.resolve(answer(got.length));
  };
  return { got, post };
};

const isSigned = ({ headers, body: text }: Posting): boolean => {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
  const want = createHmac('sha256', KEY).update(signed).digest('base64');
  return headers['webhook-signature'] === `v1,${want}`;
};

describe('an incident', () => {
  it('is told by mail, in its thread of the chat, to the receiver and at its finding', async () => {
    const { got, post } = receiver();
    const findingId = await findingOf();
    const played = await playAll({
      post,
      furnish: (stage) => {
        putSecret(stage);
        putFinding(stage, findingId);
      },
    });
    const opened = played.told.find(({ kind }) => kind === 'incident-opened');
    const incidentId = opened?.incidentId ?? '';

    const mails = publishedOn(played, TOPIC_NAME);
    expect(mails.map(({ subject }) => subject ?? '').join('\n')).toMatch(
      /Cordon The instance is contained: i-[0-9a-f]+ in \d{12}/,
    );
    for (const mail of mails) expect(textFor(mail, 'email')).toMatch(/^[^{].*\.\n/);

    const chat = chatOf(played);
    expect(chat).toHaveLength(mails.length);
    expect(chat.flatMap(({ content }) => content.keywords)).toEqual(expect.arrayContaining(STORY));
    expect(new Set(chat.map(({ metadata }) => metadata.threadId))).toEqual(new Set([incidentId]));

    expect(got).toHaveLength(mails.length);
    expect(got.every((posting) => isSigned(posting))).toBe(true);
    const bodies = got.map((posting) => body.parse(JSON.parse(posting.body)));
    expect(bodies.map(({ type }) => type)).toEqual(
      expect.arrayContaining(STORY.map((kind) => `cordon.${kind}`)),
    );
    expect(bodies.map(({ id }) => id)).toEqual(got.map(({ headers }) => headers['webhook-id']));
    expect(JSON.stringify(got)).not.toContain(KEY.toString('base64'));

    const { hub } = played.organization.world.of(securityHubState, security, played.suspect.region);
    const [finding] = [...(hub?.findings.values() ?? [])];
    expect(finding).toMatchObject({
      Note: { UpdatedBy: 'cordon-notifier' },
      Workflow: { Status: 'NOTIFIED' },
    });
    expect(finding?.Note?.Text).toContain(`incident ${incidentId}: The incident is sealed`);
    expect(undeliveredOf(played)).toBe(0);
  });

  it('takes no call more before isolation than without anybody told', async () => {
    const calls = async (of: Play): Promise<readonly string[]> => {
      const { calls: all } = await play({ seed: 'notify', ...of });
      const isolated = all.find(({ operation }) => operation === 'ModifyNetworkInterfaceAttribute');
      return all
        .filter(
          ({ sentAt, caller }) => sentAt <= (isolated?.sentAt ?? 0) && !caller.includes('/cordon-notifier/'),
        )
        .map(({ service, operation, sentAt }) => `${sentAt} ${service}:${operation}`)
        .toSorted();
    };
    expect(await calls({ config: notifying, templates: securityHome(notifying) })).toEqual(await calls({}));
  });

  it('is told nowhere by default', async () => {
    const { got, post } = receiver();
    const played = await play({ seed: 'notify', post, furnish: putSecret });
    expect(played.kinds).toContain('contained');
    expect(got).toEqual([]);
    expect(publishedOn(played, CHAT_TOPIC_NAME)).toEqual([]);
    expect(played.callsOf('BatchUpdateFindings')).toEqual([]);
    for (const { message, perProtocol } of publishedOn(played, TOPIC_NAME)) {
      expect(perProtocol).toBeUndefined();
      expect(message.startsWith('{')).toBe(true);
    }
  });
});

describe('a receiver', () => {
  it('that answers 500 for a while gets each message in the end, under the same id', async () => {
    const { got, post } = receiver((nth) => (nth <= 5 ? 500 : 200));
    const played = await playAll({ post, furnish: putSecret });
    const ids = got.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(publishedOn(played, TOPIC_NAME).length);
    expect(got.length).toBe(new Set(ids).size + 5);
    expect(undeliveredOf(played)).toBe(0);
    // Each attempt has its own time, and so its own signature.
    expect(got.every((posting) => isSigned(posting))).toBe(true);
  });

  it.each<[string, Play]>([
    ['is down', { furnish: putSecret }],
    ['has no secret', { post: receiver().post }],
    [
      'has a secret of another form',
      { furnish: (stage) => putSecret(stage, 'hunter2'), post: receiver().post },
    ],
  ])('that %s holds up neither containment nor the chat, and a person is called', async (_how, of) => {
    const played = await playAll(of);
    expect(played.kinds).toEqual(expect.arrayContaining(STORY));
    const sent = publishedOn(played, TOPIC_NAME).length;
    // A chat hears of the alarm as well, where one was published.
    expect(chatOf(played).length).toBeGreaterThanOrEqual(STORY.length);
    expect(undeliveredOf(played)).toBeGreaterThan(0);
    expect(undeliveredOf(played)).toBeLessThanOrEqual(2 * sent);
    // It is read, and goes nowhere.
    expect(JSON.stringify(played.calls.map(({ input }) => input))).not.toContain('hunter2');
    const logged = JSON.stringify(played.logged);
    expect(logged).toContain('a message to people was not sent');
    expect(logged).not.toContain('hunter2');
  });
});

describe('Security Hub', () => {
  const alone: CordonConfig = defineConfig({ ...notifying, notifications: { securityHub: true } });

  it.each<[string, Play]>([
    ['is not enabled', {}],
    [
      'does not have the finding',
      {
        furnish: ({ organization, suspect }) =>
          enableSecurityHub(organization.world, { account: security, region: suspect.region }),
      },
    ],
  ])('that %s is no failure', async (_how, of) => {
    const played = await playAll({ config: alone, ...of });
    expect(played.callsOf('GetFindings', 'cordon-notifier').length).toBeGreaterThan(0);
    expect(played.callsOf('BatchUpdateFindings')).toEqual([]);
    expect(undeliveredOf(played)).toBe(0);
  });

  it('keeps the note of a person', async () => {
    const findingId = await findingOf();
    const played = await playAll({
      config: alone,
      furnish: (stage) => {
        putFinding(stage, findingId);
        const { hub } = stage.organization.world.of(securityHubState, security, stage.suspect.region);
        for (const finding of hub?.findings.values() ?? [])
          finding.Note = { Text: 'mine', UpdatedBy: 'alice', UpdatedAt: '2026-01-01T00:00:00.000Z' };
      },
    });
    const { hub } = played.organization.world.of(securityHubState, security, played.suspect.region);
    expect([...(hub?.findings.values() ?? [])]).toMatchObject([
      { Note: { Text: 'mine' }, Workflow: { Status: 'NOTIFIED' } },
    ]);
  });
});
