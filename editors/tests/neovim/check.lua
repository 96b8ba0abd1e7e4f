-- What the tests of both Neovims are written with. Everything is waited for with a deadline, nothing by a pause.

local M = { passed = 0, failed = 0 }

-- How long the editor and the server may take together. They take milliseconds; a machine that is busy may take longer.
local PATIENCE = 60000

-- Waits until something holds, and gives it; what stands there instead is told after the deadline.
function M.wait(what, condition)
  local ok, value
  local holds = vim.wait(PATIENCE, function()
    ok, value = pcall(condition)
    return ok and value
  end, 20)
  if not holds then
    error(('waited in vain for %s%s'):format(what, ok and '' or ': ' .. tostring(value)), 2)
  end
  return value
end

function M.equal(found, expected)
  if not vim.deep_equal(found, expected) then
    error(('expected %s, found %s'):format(vim.inspect(expected), vim.inspect(found)), 2)
  end
end

function M.has(text, part)
  if not text:find(part, 1, true) then
    error(('expected %q in:\n%s'):format(part, text), 2)
  end
end

function M.test(title, run)
  local ok, problem = pcall(run)
  if ok then
    M.passed = M.passed + 1
    io.stdout:write('  ok    ', title, '\n')
  else
    M.failed = M.failed + 1
    io.stdout:write('  FAIL  ', title, '\n        ', tostring(problem):gsub('\n', '\n        '), '\n')
  end
end

function M.finish(name)
  io.stdout:write(('%s: %d passed, %d failed\n'):format(name, M.passed, M.failed))
  io.stdout:flush()
  vim.cmd(M.failed == 0 and M.passed > 0 and 'qall!' or 'cquit 1')
end

-- Opens a file and gives its buffer.
function M.open(name)
  local buffer = vim.fn.bufadd(name)
  vim.cmd('buffer ' .. buffer)
  return buffer
end

-- Gives the text that a diagnostic covers, which tells at once whether its columns are right.
function M.covered(diagnostic)
  local lines = vim.api.nvim_buf_get_text(
    diagnostic.bufnr, diagnostic.lnum, diagnostic.col, diagnostic.end_lnum, diagnostic.end_col, {}
  )
  return table.concat(lines, '\n')
end

-- Gives what a buffer shows, one `code: covered text` for each diagnostic, sorted.
function M.shown(buffer, code)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    if code == nil or diagnostic.code == code then
      table.insert(found, ('%s: %s'):format(diagnostic.code, M.covered(diagnostic)))
    end
  end
  table.sort(found)
  return found
end

-- Waits until a buffer shows exactly these.
function M.shows(buffer, expected, code)
  table.sort(expected)
  local found
  local ok = pcall(M.wait, 'diagnostics', function()
    found = M.shown(buffer, code)
    return vim.deep_equal(found, expected)
  end)
  if not ok then
    error(('expected %s, found %s'):format(vim.inspect(expected), vim.inspect(found)), 2)
  end
end

-- Puts the cursor on a text in the current buffer: the first there is, or the first behind another text.
function M.go_to(text, behind)
  local reached = behind == nil
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    reached = reached or line:find(behind, 1, true) ~= nil
    local start = reached and line:find(text, 1, true)
    if start then
      vim.api.nvim_win_set_cursor(0, { number, start - 1 })
      return
    end
  end
  error(('%q is not in the buffer'):format(text), 2)
end

-- Replaces a text in the current buffer, found as in `go_to`, as typing would: nothing is saved.
function M.replace(text, by, behind)
  M.go_to(text, behind)
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  vim.api.nvim_buf_set_text(0, row - 1, column, row - 1, column + #text, vim.split(by, '\n'))
end

function M.text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), '\n') .. '\n'
end

-- Gives what the layout of the command line makes of a buffer.
function M.laid_out(buffer)
  local name = vim.fn.tempname() .. '.treaty'
  vim.fn.writefile(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), name)
  vim.fn.system({ 'servanda', 'fmt', name })
  M.equal(vim.v.shell_error, 0)
  return table.concat(vim.fn.readfile(name), '\n') .. '\n'
end

-- Asks the server and gives its answer.
function M.ask(method, params, buffer)
  local answers, problem = vim.lsp.buf_request_sync(buffer or 0, method, params, PATIENCE)
  if not answers then
    error(('%s: %s'):format(method, problem), 2)
  end
  for _, answer in pairs(answers) do
    if answer.error then
      error(('%s: %s'):format(method, answer.error.message), 2)
    end
    return answer.result
  end
  error(method .. ': nobody answered', 2)
end

return M
