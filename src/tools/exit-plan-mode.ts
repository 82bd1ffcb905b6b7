/**
 * Presents a plan. Whether it is carried out is the question about this call: who may answer, and in which mode it goes on
 * then, is for the permissions to say. When the tool runs, the plan is approved.
 */
import {defineTool} from '../core/tool.js';
import {facts} from './facts.js';
import {about, nonEmptyText, parameters} from './parameters.js';

export const exitPlanModeTool = defineTool({
  ...facts.exitPlanMode,
  description: 'In plan mode only: shows the user your finished plan for approval, and ends plan mode if they approve.',
  input: parameters({plan: about(nonEmptyText(), 'The plan, as Markdown')}),
  title: ({plan}) => (plan.trim().split('\n')[0] ?? '').replace(/^#+ +/, ''),
  preview: async ({plan}) => ({summary: 'the plan', output: plan}),
  run: async () => ({
    content: 'The user approved the plan, and plan mode is off. Carry it out now.',
    display: {summary: 'approved'},
  }),
});
