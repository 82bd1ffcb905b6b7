/** The model of a session: which it is, how hard it thinks, and which others may stand beside it or take its place. */
import {UsageError} from '../core/errors.js';
import type {Model} from '../core/ports.js';
import {findCredential} from '../providers/credential.js';
import {checkBudget, type FitEffort, fitEffort} from '../providers/fit.js';
import {createModels} from '../providers/models.js';
import type {SessionOptions} from '../session.js';
import {clock} from './clock.js';
import type {Ground} from './ground.js';

/** The model of whoever has a key and names none. */
const defaultModel = 'sonnet';
/** Tries of one request where nobody waits. */
const oneShotAttempts = 10;

export interface ChosenModel extends FitEffort {
  readonly model: Model;
  /** They take over from a model that is overloaded or gone. */
  readonly fallbacks: readonly Model[];
  /** For an agent below the root. All throw `UsageError` for one that cannot be used, or not under the budget. */
  openBeside(name: string): Promise<Model>;
  /** In place of the one before. */
  change(name: string): Promise<Model>;
}

export async function chooseModel(options: SessionOptions, {env, settings}: Ground): Promise<ChosenModel> {
  const {maxBudgetUsd, recordTo, interactive = false} = options;
  const standard = findCredential(env) ? defaultModel : 'demo';
  const choice = options.model ?? (env.ANTHROPIC_MODEL || (settings.model ?? standard));
  const models = createModels({env, clock, maxAttempts: interactive ? null : oneShotAttempts});
  const affordable = (model: Model): Model => {
    checkBudget(maxBudgetUsd, model.info);
    return model;
  };
  let opened = affordable(await models.open(choice));
  const model = recordTo === undefined ? opened : await record(opened, recordTo);
  const openBeside = async (name: string): Promise<Model> => affordable(await models.openBeside(opened, name));
  return {
    model,
    fallbacks: await openFallbacks(),
    ...fitEffort({asked: options.effort, wished: settings.effort}, model.info),
    openBeside,
    async change(name) {
      opened = affordable(await models.open(name));
      return opened;
    },
  };

  /** Those of the settings are for the models of a server: the demo model and a caller's own answer by themselves. */
  async function openFallbacks(): Promise<readonly Model[]> {
    const {fallbackModels: asked} = options;
    if (asked === undefined) {
      const settled = await Promise.all((settings.fallbackModels ?? []).map(openBeside));
      return settled.filter(each => each !== opened);
    }
    const all = await Promise.all(asked.map(async each => affordable(await models.open(each))));
    if (all.length > 0 && all.every(({info}) => info.id === opened.info.id))
      throw new UsageError(`${opened.info.id} cannot take over from itself. Give another fallback model.`);
    return all;
  }
}

async function record(model: Model, file: string): Promise<Model> {
  const {recording} = await import('../providers/recorded.js');
  return recording(model, file);
}
