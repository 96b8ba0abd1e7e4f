[
  (agreement)
  (article)
  (category)
  (kinds)
  (event)
  (fields)
  (pledge)
  (relation)
  (scenario)
  (state)
  (sentence)
] @indent

["}" ")" "]"] @outdent
