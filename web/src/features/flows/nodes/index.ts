import type { ComponentType } from 'react';
import type { FieldProps } from '../FieldForm';
import { Cases } from './branch';
import { Languages } from './language';
import { Parameters, Prefix, Source } from './look_up';
import { Labels } from './menu';
import { Shares } from './split';
import { Given, Taken } from './sub_flow';

/** Fields whose form is not to be had from what their kind says of them, by `kind.field`. */
export const ownForms: Partial<Record<string, ComponentType<FieldProps>>> = {
  'branch.cases': Cases,
  'language.keys': Languages,
  'look_up.source': Source,
  'look_up.parameters': Parameters,
  'look_up.prefix': Prefix,
  'menu.labels': Labels,
  'split.branches': Shares,
  'sub_flow.parameters': Given,
  'sub_flow.results': Taken,
};
