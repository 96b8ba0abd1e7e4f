-- nvim --headless -l test/neovim.lua PARSER QUERIES FILE...: loads the grammar as README.md says, and asks for colours and folds.

local parser, queries = arg[1], arg[2]
vim.opt.swapfile = false
vim.cmd.filetype('on')
vim.filetype.add({ extension = { treaty = 'treaty' } })
vim.treesitter.language.add('servanda', { path = parser })
vim.treesitter.language.register('servanda', 'treaty')

for _, name in ipairs({ 'highlights', 'folds', 'locals', 'indents' }) do
  local lines = vim.fn.readfile(queries .. '/' .. name .. '.scm')
  vim.treesitter.query.set('servanda', name, table.concat(lines, '\n'))
end

for at = 3, #arg do
  vim.cmd.edit(arg[at])
  assert(vim.bo.filetype == 'treaty', arg[at] .. ': the type of the file is ' .. vim.bo.filetype)
  vim.treesitter.start()
  vim.wo.foldmethod = 'expr'
  vim.wo.foldexpr = 'v:lua.vim.treesitter.foldexpr()'
  local tree = vim.treesitter.get_parser():parse(true)[1]
  assert(not tree:root():has_error(), arg[at] .. ': the tree has an error')

  -- The first line that begins a block: its word is a keyword, its name has a colour, and it folds.
  local line = vim.fn.search([[^\s*\(agreement\|pledge\) \S]], 'w')
  assert(line > 0, arg[at] .. ': no block')
  local column = #vim.fn.getline(line):match('^%s*')
  local captures = vim.tbl_map(function(it) return it.capture end, vim.treesitter.get_captures_at_pos(0, line - 1, column))
  assert(vim.tbl_contains(captures, 'keyword'), arg[at] .. ': no keyword at line ' .. line)
  local name = column + #vim.fn.getline(line):match('^%s*(%S+)') + 1
  local last = vim.tbl_map(function(it) return it.capture end, vim.treesitter.get_captures_at_pos(0, line - 1, name))
  assert(vim.tbl_contains(last, 'type'), arg[at] .. ': no name at line ' .. line)
  assert(vim.fn.foldlevel(line + 1) > 0, arg[at] .. ': no fold at line ' .. line)
end
io.write(#arg - 2 .. ' files in Neovim ' .. tostring(vim.version()) .. '\n')
