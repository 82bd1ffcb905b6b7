/**
 * A decision: what the rules say of a call under the caller's mode, and if a person has to be asked, what the question says
 * and offers. What an offer holds was tried: with it, the call would have run unasked.
 */
import type {Decision, PermissionRequest} from '../core/policy.js';
import type {Offer, PermissionMode, Reach} from '../core/question.js';
import {type Court, type Judgement, judgeCall, mayChange} from './judge-call.js';
import type {Mode} from './mode.js';
import {forbidden, noPlanning, planForbidden, planned, planOfOther, planUnread, unasked, whyOf} from './refusals.js';
import type {Rule, RuleBook} from './rule-book.js';
import {isPlainlyShown} from './shown.js';

export interface Deciding {
  readonly book: RuleBook;
  readonly mode: Mode;
  readonly court: Court;
  readonly asker: 'person' | 'nobody';
  /** A rule as an answer would make it. */
  toOffered(text: string): Rule;
}

/** The tool whose call is the question whether a plan is carried out. */
const planTool = 'ExitPlanMode';
const modesAfterPlan: readonly PermissionMode[] = ['default', 'acceptEdits'];

export function decide(request: PermissionRequest, deciding: Deciding): Decision {
  const mode = deciding.mode.forAgent(request.mode);
  return request.tool === planTool ? decidePlan(request, mode, deciding) : decideCall(request, mode, deciding);
}

function decideCall(request: PermissionRequest, mode: PermissionMode, deciding: Deciding): Decision {
  const {court, asker, book} = deciding;
  const view = book.viewFor(request.lineage);
  const judgement = judgeCall(request, view, mode, court);
  const {verdict, isDemanded} = judgement;
  if (verdict === 'deny') return {verdict, ...forbidden(judgement)};
  if (mode === 'plan' && mayChange(request, court)) {
    return {verdict: 'deny', ...planned(isRoot(request) && asker === 'person')};
  }
  if (verdict === 'allow' || (mode === 'bypassPermissions' && !isDemanded)) return {verdict: 'allow'};
  const rules = isDemanded ? [] : lifting(request, judgement, mode, deciding);
  const refusal = asker === 'nobody' || mode === 'dontAsk' ? {refusal: unasked(request, judgement, {rules, mode})} : {};
  const demanded = isDemanded ? {isDemanded: true as const} : {};
  return {verdict, reason: whyOf(judgement), offers: toOffers(rules, request), ...demanded, ...refusal};
}

const isRoot = ({lineage}: PermissionRequest): boolean => lineage.length === 1;

/** The first set of rules with which the call would have run unasked, and that look like what they are; empty if there is none. */
function lifting(
  request: PermissionRequest,
  {offers}: Judgement,
  mode: PermissionMode,
  {book, court, toOffered}: Deciding,
): readonly string[] {
  const lifts = (rules: readonly string[]): boolean =>
    judgeCall(request, book.viewWith(request.lineage, rules.map(toOffered)), mode, court).verdict === 'allow';
  return offers().find(rules => rules.every(isPlainlyShown) && lifts(rules)) ?? [];
}

/** The root is above every agent: for it a subtree would be the session. */
function toOffers(rules: readonly string[], request: PermissionRequest): readonly Offer[] {
  if (rules.length === 0) return [];
  const reaches: readonly Reach[] = isRoot(request) ? ['session', 'project'] : ['subtree', 'session', 'project'];
  return reaches.map(reach => ({reach, rules}));
}

/** Only a person approves a plan: no rule and no hook does. */
function decidePlan(request: PermissionRequest, mode: PermissionMode, {book, asker}: Deciding): Decision {
  const denied = book.viewFor(request.lineage).tool('deny', request.tool);
  if (denied) return {verdict: 'deny', ...planForbidden(denied.text)};
  if (!isRoot(request)) return {verdict: 'deny', ...planOfOther};
  if (mode !== 'plan') return {verdict: 'deny', ...noPlanning};
  if (asker === 'nobody') return {verdict: 'deny', ...planUnread};
  return {verdict: 'ask', reason: 'the plan is ready', modes: modesAfterPlan, isDemanded: true};
}
