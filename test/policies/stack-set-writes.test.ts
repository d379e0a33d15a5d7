import { compile } from '@cordon/iam';
import { openCatalogue } from '@cordon/iam/catalogue';
import { expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { guardrails } from '../../stacksets/guardrails/src/guardrails-stack.ts';

it.each([
  ['cordon-stack-sets', 'KeepStackSets'],
  ['cordon-own-accounts', 'MakeNoStackSet'],
])('%s keeps every write to a StackSet that AWS lists, and no read', async (name, sid) => {
  const catalogue = await openCatalogue(['cloudformation']);
  const about = catalogue.actions.filter((action) =>
    /^cloudformation:.*(StackSet|StackInstance)/.test(action),
  );
  const writes = about.filter(
    (action) => !/^(Read|List)$/.test(catalogue.action(action)?.accessLevel ?? 'Write'),
  );
  expect(writes.length).toBeGreaterThanOrEqual(8);
  const found = guardrails(config).find((one) => one.name === name);
  const statement = compile(found?.content, name).statements.find((one) => one.sid === sid);
  const kept = about.filter((action) => statement?.matchesAction(action.toLowerCase()));
  expect(kept.toSorted()).toEqual(writes.toSorted());
});
