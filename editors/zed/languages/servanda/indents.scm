(_ "{" "}" @end) @indent
(_ "(" ")" @end) @indent
(sentence) @indent
