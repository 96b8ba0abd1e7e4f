/**
 * The grammar of `*.treaty` files.
 *
 * It follows docs/grammar.ebnf production by production and takes exactly the files that the language's own parser takes; `check`
 * measures that. Numbers, dates and words before a colon are cut by src/scanner.c, because what they are depends on what follows them.
 */

// @ts-check
/// <reference types="tree-sitter-cli/dsl" />

/** The words of src/syntax/token.rs: none of them can name anything. */
const RESERVED = `
  use agreement date unit holiday party actor group place category event measure given state relation article pledge scenario
  in force ends joins leaves renews unless weekend timezone month-ends rollover standard corroboration cites source
  known as bound adverse allied to counts declared boast lasts step point begins
  quote note for each where upon whenever if while provided holds unjudged except excused suspended waived extended with effect tolling
  must should may not ensure reach keep allow prevent shown endeavour broken
  by before within between after on at from until every starting first per any no deadline entry into end fulfilment breach earlier later
  and or once is exactly other than part of count sum total during the true false
  said denied retracted observed expect
  minute minutes hour hours day days working week weeks month months year years
`.trim().split(/\s+/);

/** Unicode's blanks, and the byte-order mark. */
const BLANK = /[\t\n\v\f\r \u{85}\u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}]/u;

const LEVELS = ['claimed', 'reported', 'corroborated', 'verified'];

/** @param {RuleOrLiteral} rule */
const list = (rule) => seq(rule, repeat(seq(',', rule)));

/** What stands between parentheses or braces: the last comma may be there or not.
 * @param {RuleOrLiteral} rule */
const listed = (rule) => optional(seq(list(rule), optional(',')));

module.exports = grammar({
  name: 'servanda',

  word: ($) => $.identifier,

  extras: ($) => [BLANK, $.comment, $.documentation],

  externals: ($) => [
    $.integer,
    $.decimal,
    $.percentage,
    $.year,
    $.month,
    $.date,
    $.month_day,
    $.instant,
    $.when,
    $._word_before_colon,
    $._word_before_closing,
    $._recovering,
  ],

  reserved: {
    global: (_) => RESERVED,
    // A word where no name is meant: any one will do.
    any: (_) => [],
    status: (_) => ['expect', 'observed'],
  },

  // Where one more word decides. (A name behind a number is its unit, unless `must`, `should` or `may` follows: it begins a sentence.)
  conflicts: ($) => [
    [$.number],
    [$._number_type],
    [$.moment],
    [$.count],
    [$.measured],
    [$.once],
    [$.membership, $._factor],
    [$._test, $.comparison],
    [$._factor, $.measured],
    [$.suspension],
    [$.thing],
  ],

  rules: {
    source_file: ($) => repeat($._item),

    _item: ($) => choice(
      $.use, $.agreement, $.date_definition, $.unit_definition, $.holiday, $.thing, $.category,
      $.event, $.measure, $.given, $.state, $.relation, $.article, $.pledge, $.scenario,
    ),

    // ---- header ----

    use: ($) => seq('use', field('path', $.text)),

    agreement: ($) => seq('agreement', $._named, '{', repeat($._header), '}'),

    _header: ($) => choice($.in_force, $.header, $.extension, $.standard),

    header: ($) => choice(
      seq(choice('ends', 'joins', 'leaves'), 'by', $.pattern, optional(seq('after', $.duration))),
      seq('renews', 'for', $.duration, 'unless', $.pattern),
      seq('weekend', list($.identifier)),
      seq(choice('timezone', 'cites', 'source'), $.text),
      seq('month-ends', choice('clamp', 'stick')),
      seq('rollover', choice('none', 'next-working-day')),
      seq('corroboration', choice($.integer, $.decimal)),
    ),

    in_force: ($) => seq('in', 'force', 'from', $._moment, optional(seq('until', $._moment))),

    standard: ($) => seq('standard', choice($.level, list(seq($.role, $.level)))),
    role: (_) => choice('breach', 'performance', 'excuse', 'condition'),
    level: (_) => choice(...LEVELS),

    date_definition: ($) => seq('date', field('name', $.identifier), '=', $._moment),

    unit_definition: ($) => seq('unit', field('name', $.identifier), optional(seq('=', $._number))),

    holiday: ($) => seq('holiday', field('name', $.date), optional(field('title', $.text))),

    // A name, and a title behind it.
    _named: ($) => seq(field('name', $.identifier), optional(field('title', $.text))),

    // ---- who and where ----

    thing: ($) => seq(choice('party', 'actor', 'group', 'place'), $._named, repeat($.attribute)),

    attribute: ($) => choice(
      seq('in', list($.identifier), optional($.period)),
      seq('known', 'as', list($.text), optional($.period)),
      seq(choice('adverse', 'allied'), 'to', list($.identifier)),
      seq('bound', $.period),
    ),

    period: ($) => choice(
      seq('from', $._moment, optional(seq('until', $._moment))),
      seq('until', $._moment),
    ),

    category: ($) => seq('category', field('name', $.identifier), $.kinds),
    kinds: ($) => seq('{', listed($.kind), '}'),
    kind: ($) => seq(field('name', $.identifier), optional($.kinds)),

    // ---- vocabulary ----

    event: ($) => seq(
      'event', field('name', $.identifier), $.fields,
      optional(choice('boast', 'declared')),
      optional(seq('{', repeat($.counts), '}')),
    ),
    counts: ($) => seq('counts', $.pattern),

    measure: ($) => seq(
      'measure', field('name', $.identifier), $.fields,
      optional($._unit),
      optional(seq('lasts', $.duration)),
      optional(choice('step', 'point')),
    ),

    given: ($) => seq('given', $.call, '=', $._quantity, optional($.period)),

    state: ($) => seq('state', field('name', $.identifier), $.fields, '{', repeat($.transition), '}'),
    transition: ($) => choice(
      seq(choice('begins', 'ends'), choice($.pattern, $._moment), optional(seq('after', $.duration))),
      seq('ends', 'after', $.duration),
    ),

    relation: ($) => seq(
      'relation', field('name', $.identifier), $.fields,
      optional(seq('{', repeat($.row), '}')),
    ),
    row: ($) => seq('(', listed($._atom), ')', optional($.period)),

    fields: ($) => seq('(', listed($.field), ')'),
    field: ($) => seq($._label, ':', $._type),
    _type: ($) => choice($.type, $._number_type),
    type: ($) => choice('actor', 'group', 'place', 'date', 'text', 'flag', 'event', $.identifier),
    _number_type: ($) => seq(alias('number', $.type), optional($._unit)),

    // ---- patterns ----

    call: ($) => seq(field('kind', $.identifier), '(', listed($.argument), ')'),
    argument: ($) => seq(optional(seq($._label, ':')), $._term),
    _label: ($) => field('label', choice(alias($._word_before_colon, $.label), alias($.identifier, $.label))),
    _term: ($) => seq($._argument_atom, repeat(seq('or', $._argument_atom))),
    _argument_atom: ($) => choice($._atom, alias($._word_before_closing, $.identifier)),

    pattern: ($) => seq($.call, optional(seq('where', $._condition))),
    _inner: ($) => choice($.call, seq('(', $.pattern, ')')),

    _atom: ($) => choice(
      $.identifier,
      $.field_of,
      $.exactly,
      $._number,
      $.text,
      $.date,
      $.instant,
      $.boolean,
    ),
    field_of: ($) => seq($.identifier, '.', $._word),
    _word: ($) => field('label', alias(reserved('any', $.identifier), $.label)),
    exactly: ($) => choice(
      seq('exactly', $.identifier),
      seq('part', 'of', $.identifier),
      seq('other', 'than', choice($.identifier, seq('(', $.identifier, repeat(seq('or', $.identifier)), ')'))),
    ),
    boolean: (_) => choice('true', 'false'),
    _number: ($) => choice($.number, $.percentage),
    number: ($) => seq(choice($.integer, $.decimal), optional($._unit)),
    _unit: ($) => alias($.identifier, $.unit),

    // ---- pledges ----

    article: ($) => seq(
      'article', field('name', $.text), optional(field('title', $.text)),
      '{', repeat(choice($._item, $.in_force)), '}',
    ),

    pledge: ($) => seq('pledge', $._named, '{', repeat($._clause), '}'),

    _clause: ($) => choice(
      $.remark, $.for_each, $.trigger, $.condition, $.provided, $.sentence, $.exception, $.excuse, $.suspension, $.waiver,
      $.extension, $.standard,
    ),

    remark: ($) => seq(choice('cites', 'quote', 'note', 'unjudged'), $.text),

    for_each: ($) => seq('for', 'each', list($.binder), optional(seq('where', $._condition))),
    binder: ($) => seq(field('name', $.identifier), choice(seq('in', $.identifier), seq(':', $._type))),

    trigger: ($) => seq(
      choice('upon', 'whenever'),
      choice($.pattern, seq(choice('breach', 'fulfilment'), 'of', $.reference)),
      optional(seq('as', field('name', $.identifier))),
    ),

    condition: ($) => seq(choice('if', 'while'), $._condition),
    provided: ($) => seq('provided', $.reference, 'holds'),
    exception: ($) => seq('except', 'where', $._condition),
    excuse: ($) => seq('excused', 'by', $.pattern, optional(seq('until', $.pattern)), optional('tolling')),
    suspension: ($) => seq(
      'suspended', 'by', $.pattern,
      optional(seq('for', 'breach', 'of', $.reference)),
      optional(seq('until', $.pattern)),
      optional('tolling'),
    ),
    waiver: ($) => seq('waived', 'by', $.pattern),
    extension: ($) => seq(
      'extended', 'by', $.pattern, 'to', $._word,
      optional(seq('with', 'effect', 'from', $._word)),
    ),

    reference: ($) => seq($.identifier, optional($._selectors)),
    _selectors: ($) => seq('[', list($.selector), ']'),
    selector: ($) => choice(
      seq($.identifier, '=', $._atom),
      seq('on', choice($.date, $.instant)),
    ),

    sentence: ($) => seq(
      field('obligor', choice($.identifier, seq('each', 'of', $.identifier))),
      choice(
        seq(field('modal', choice('must', 'should')), $._duty),
        seq(field('modal', 'may'), $.pattern),
      ),
      repeat($.timing),
    ),

    _duty: ($) => choice(
      $.pattern,
      seq('ensure', $.pattern),
      seq(choice('reach', 'keep'), $._condition),
      seq('not', optional('allow'), $.pattern),
      seq('prevent', $.pattern, optional(seq('shown', 'by', $.pattern))),
      seq('endeavour', $._inner, repeat(seq('or', $._inner)), optional(seq('broken', 'by', $._inner))),
    ),

    timing: ($) => choice(
      seq(choice('by', 'before', 'on', 'from', 'until'), $._moment),
      seq('within', $.duration, optional(seq('of', $._moment))),
      seq('at', 'least', $.duration, 'before', choice('it', $._moment)),
      seq('between', $.duration, 'and', $.duration, 'after', $._moment),
      seq('every', $.duration, choice('starting', seq('first', 'by')), $._moment),
      seq('every', 'year', 'by', $.month_day),
      seq('per', choice('day', 'week', 'month', 'quarter', 'year'), optional(seq('starting', $._moment))),
      seq('per', 'any', $.duration),
      seq('with', 'no', 'deadline', optional(seq(',', 'review', 'by', $._moment))),
    ),

    // ---- moments and durations ----

    _moment: ($) => prec.right(seq($._point, repeat(seq(choice('+', '-'), $.duration)))),

    _point: ($) => choice(
      $.date, $.month, $.year, $.instant, $.identifier, $.field_of,
      $.moment,
    ),
    moment: ($) => choice(
      seq('entry', 'into', 'force', optional(seq('for', $.identifier))),
      seq('end', 'of', 'agreement'),
      seq('first', $._inner),
      seq(choice('deadline', 'fulfilment', 'breach'), 'of', $.reference),
      seq(choice('earlier', 'later'), 'of', '(', list($._moment), optional(','), ')'),
    ),

    // Each unit once, the largest first.
    duration: ($) => $._years,
    _years: ($) => choice(seq($.integer, choice('year', 'years'), optional($._months)), $._months),
    _months: ($) => choice(seq($.integer, choice('month', 'months'), optional($._weeks)), $._weeks),
    _weeks: ($) => choice(seq($.integer, choice('week', 'weeks'), optional($._working_days)), $._working_days),
    _working_days: ($) => choice(seq($.integer, 'working', choice('day', 'days'), optional($._days)), $._days),
    _days: ($) => choice(seq($.integer, choice('day', 'days'), optional($._hours)), $._hours),
    _hours: ($) => choice(seq($.integer, choice('hour', 'hours'), optional($._minutes)), $._minutes),
    _minutes: ($) => seq($.integer, choice('minute', 'minutes')),

    // ---- conditions and quantities ----

    _condition: ($) => choice($._negation, $.conjunction, $.disjunction),
    conjunction: ($) => seq($._negation, repeat1(seq('and', $._negation))),
    disjunction: ($) => seq($._negation, repeat1(seq('or', $._negation))),
    _negation: ($) => choice($.negation, $._test),
    negation: ($) => seq('not', $._negation),

    _test: ($) => choice($._quantity, $.comparison, $.membership, $.order, $.status_test),
    comparison: ($) => choice(
      seq($._quantity, choice('=', '!=', '<', '<=', '>', '>='), $._quantity),
      seq($._quantity, 'between', $._quantity, 'and', $._quantity),
    ),
    membership: ($) => seq($._atom, 'in', $.identifier),
    order: ($) => seq($._atom, 'is', choice('before', 'after'), $._moment),
    status_test: ($) => seq(
      choice($._atom, alias($._selected, $.reference)),
      'is', optional('not'),
      choice($.status, $._atom),
    ),
    _selected: ($) => seq($.identifier, $._selectors),
    status: (_) => choice('breached', 'overdue', 'fulfilled', 'holding', 'pending'),

    _quantity: ($) => choice($.sum, $.product, $._factor),
    sum: ($) => prec.left(1, seq($._quantity, choice('+', '-'), $._quantity)),
    product: ($) => prec.left(2, seq($._quantity, '*', $._quantity)),

    _factor: ($) => choice(
      seq('(', $._condition, ')'),
      $._atom,
      $.share,
      $.call,
      $.measured,
      $.once,
      $.count,
    ),
    share: ($) => seq($.percentage, 'of', $._factor),
    measured: ($) => choice(
      seq('total', $.call),
      seq(optional('total'), $.call, 'as', 'of', choice($._point, seq('(', $._moment, ')'))),
    ),
    once: ($) => seq('once', $._inner, optional($._last)),
    count: ($) => seq(
      choice(seq('count', 'of'), seq('sum', 'of', $._word, 'in')),
      $._inner,
      optional(choice($._last, seq('during', $._moment, 'to', $._moment))),
    ),
    _last: ($) => seq('in', 'the', 'last', $.duration),

    // ---- scenarios ----

    scenario: ($) => seq(
      'scenario', field('name', $.text), 'as', 'of', $._moment,
      optional(seq('known', 'by', $.date)),
      optional(seq('at', $.level)),
      '{', repeat($._line), '}',
    ),

    _line: ($) => choice($.record, $.denial, $.observed, $.expectation),

    record: ($) => seq($.when, ':', $.call, optional(seq('=', $._number)), repeat($._particular)),
    _particular: ($) => choice(
      seq('said', 'by', $.identifier),
      seq('at', $.level),
      seq('known', $.when),
      seq('as', $.text),
    ),
    denial: ($) => seq(
      $.when, ':', choice('denied', 'retracted'), 'by', $.identifier,
      optional(seq('known', $.when)),
    ),
    observed: ($) => seq(
      'observed', list($.identifier), optional(seq('in', $.identifier)), 'by', $.identifier,
      'from', $.when, 'until', $.when,
    ),
    expectation: ($) => seq('expect', $.reference, ':', $.outcome),
    outcome: ($) => seq(
      alias(reserved('status', $.identifier), $.status),
      optional(seq('by', $._lateness)),
      optional(seq('(', alias(reserved('any', $.identifier), $.status), ')')),
      optional(choice('presumed', 'established')),
      repeat(choice(seq('late', 'by', $._lateness), seq('on', $.when))),
      optional(seq('at', $.level)),
    ),
    _lateness: ($) => seq($.duration, optional(seq('to', $.duration))),

    // ---- tokens ----

    identifier: (_) => /\p{Alphabetic}[\p{Alphabetic}\p{N}_]*(-[\p{Alphabetic}\p{N}_]+)*/u,

    text: ($) => choice(
      seq('"', repeat(choice($._line_of_text, $.escape)), token.immediate('"')),
      seq('"""', repeat(choice($._lines_of_text, $._quote, $.escape)), token.immediate(prec(1, '"""'))),
    ),
    _line_of_text: (_) => token.immediate(prec(1, /[^"\\\n]+/)),
    _lines_of_text: (_) => token.immediate(prec(1, /[^"\\]+/)),
    _quote: (_) => token.immediate(prec(1, '"')),
    escape: (_) => token.immediate(
      // The number of a character: no surrogate, and none above 10FFFF.
      /\\(["\\n]|u\{([0-9a-fA-F]{1,3}|0{0,2}([0-9a-cefA-CEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2})|0?[1-9a-fA-F][0-9a-fA-F]{4}|10[0-9a-fA-F]{4})\})/,
    ),

    comment: (_) => token(prec(-1, /#[^\n]*/)),
    documentation: (_) => token(/##[^\n]*/),
  },
});
