import * as z from 'zod';
import { BUS_NAME, EVENT_SOURCE } from '@cordon/incident';
import { inner, text } from './fields.ts';
import type { Remains } from './remains.ts';

const detail = z.object({
  kind: z.string(),
  findingId: z.string().optional(),
  incidentId: z.string().optional(),
  account: z.string().optional(),
  region: z.string().optional(),
  instanceId: z.string().optional(),
  subject: z.string().optional(),
  code: z.string().optional(),
  effect: z.string().optional(),
  reasons: z.array(z.string()).default([]),
});

/** A phase as it was told on the product's bus; read loosely, for a judge must see what is malformed too. */
export interface PhaseEvent extends z.infer<typeof detail> {
  /** Virtual epoch ms at which it arrived. */
  readonly at: number;
}

/** The events that Cordon put on its bus, in order. Throws on one without a kind: nothing could be judged from it. */
export const phaseEvents = ({
  organization: { journal },
  accounts,
  homeRegion,
}: Remains): readonly PhaseEvent[] =>
  journal.events
    .filter(
      ({ busArn, event }) =>
        busArn.endsWith(`:${homeRegion}:${accounts.security}:event-bus/${BUS_NAME}`) &&
        text(event, 'source') === EVENT_SOURCE,
    )
    .map(({ at, event }) => {
      const read = detail.safeParse(inner(event, 'detail'));
      if (!read.success)
        throw new Error(
          `an event of Cordon's own bus cannot be read: ${JSON.stringify(event)}: ${z.prettifyError(read.error)}`,
        );
      return { ...read.data, at };
    });
