--- The subcommands of `:Pillow`.
local M = {}

local function tell(text, level) vim.notify('pillow: ' .. text, level or vim.log.levels.INFO) end

local function client()
  local found = require('pillow').client()
  if not found then tell('no server is attached to this buffer; see :checkhealth pillow', vim.log.levels.ERROR) end
  return found
end

local function uri() return vim.uri_from_bufnr(0) end

--- The cursor in the server's terms: a document's URI, a line and a character.
local function place()
  local position = vim.lsp.util.make_position_params(0, client().offset_encoding).position
  return { uri(), position.line, position.character }
end

local function execute(command, arguments)
  client():exec_cmd({ title = command, command = command, arguments = arguments }, { bufnr = 0 }, function(problem)
    if problem then tell(problem.message, vim.log.levels.ERROR) end
  end)
end

--- Sends a `pillow/…` request; `done` receives the result.
local function ask(method, params, done)
  client():request(method, vim.tbl_extend('error', { uri = uri() }, params), function(problem, result)
    if problem then return tell(problem.message, vim.log.levels.ERROR) end
    done(result)
  end)
end

--- Lets the user choose among the exemplars that fit the instruction at the cursor.
local function choose(question, done)
  local position = vim.lsp.util.make_position_params(0, client().offset_encoding)
  ask('pillow/match', { textDocument = position.textDocument, position = position.position }, function(match)
    vim.ui.select(match.shots, {
      prompt = question,
      format_item = function(shot) return ('%s (%.0f %%)'):format(vim.split(shot.instruction, '\n')[1], 100 * shot.probability) end,
    }, function(shot) if shot then done(shot) end end)
  end)
end

local actions = {
  complete = function() execute('pillow-lsp.complete', vim.list_extend(place(), { true })) end,
  bare = function() execute('pillow-lsp.complete', vim.list_extend(place(), { false })) end,
  why = function() execute('pillow-lsp.explain', place()) end,
  never = function() execute('pillow-lsp.neverHere', { uri() }) end,
  undo = function() execute('pillow-lsp.undoLearning', { uri() }) end,
  insert = function()
    local at = place()
    choose('Insert which exemplar?', function(shot)
      execute('pillow-lsp.insertExemplar', vim.list_extend(at, { shot.id }))
    end)
  end,
  edit = function()
    choose('Edit which exemplar?', function(shot) execute('pillow-lsp.editExemplar', { uri(), shot.id }) end)
  end,
  pin = function(arguments)
    choose('Pin which exemplar?', function(shot)
      execute('pillow-lsp.pinExemplar', { uri(), shot.id, arguments.fargs[2] ~= 'off' })
    end)
  end,
  mute = function(arguments)
    choose('Mute which exemplar?', function(shot)
      execute('pillow-lsp.muteExemplar', { uri(), shot.id, arguments.fargs[2] ~= 'off' })
    end)
  end,
  save = function(arguments)
    execute('pillow-lsp.saveExemplar', { uri(), arguments.line1 - 1, 0, arguments.line2, 0 })
  end,
  share = function(arguments) execute('pillow-lsp.sharePool', { uri(), arguments.fargs[2] or 'editor' }) end,
  import = function(arguments)
    local path = vim.fn.fnamemodify(arguments.fargs[2] or '', ':p')
    ask('pillow/pool/import', { path = path }, function(report)
      tell(('%d added, %d already there, %d skipped'):format(report.added, report.duplicates, report.rejectedCount))
    end)
  end,
  stats = function()
    ask('pillow/pool/stats', {}, function(stats)
      tell(('%d exemplars, %d suggestions, %d accepted, %d rejected'):format(stats.exemplars, stats.suggestions,
        stats.feedback.accepted or 0, stats.feedback.rejected or 0))
    end)
  end,
  harvest = function() require('pillow.harvest').open(client(), uri()) end,
  mine = function(arguments)
    execute(arguments.fargs[2] == 'never' and 'pillow-lsp.declineMining' or 'pillow-lsp.mine', { uri() })
  end,
  restart = function() require('pillow.server').restart(0) end,
  status = function()
    local reason = require('pillow.server').lost(0)
    if reason then return tell(reason, vim.log.levels.WARN) end
    if not client() then return end
    client():request('pillow/status', vim.empty_dict(), function(_, result)
      local mine = (result.mine or 0) > 0 and '; :Pillow mine takes them, :Pillow mine never does not' or ''
      local kept = (result.harvest or 0) > 0 and (', %d to keep (:Pillow harvest)'):format(result.harvest) or ''
      tell(result.message ~= '' and result.message or (result.busy and 'completing' or 'ready') .. kept .. mine)
    end)
  end,
}

--- What works, or explains itself, where no server runs.
local actions_without_server = { restart = true, status = true }

function M.run(arguments)
  local action = actions[arguments.fargs[1] or 'status']
  if not action then
    return tell('unknown command :Pillow ' .. arguments.fargs[1] .. '; known: ' .. table.concat(M.complete(''), ', '), vim.log.levels.ERROR)
  end
  if actions_without_server[arguments.fargs[1] or 'status'] or client() then action(arguments) end
end

function M.complete(lead, line)
  if line and line:match('^%S+%s+import%s') then return vim.fn.getcompletion(lead, 'file') end
  local names = vim.tbl_filter(function(name) return vim.startswith(name, lead) end, vim.tbl_keys(actions))
  table.sort(names)
  return names
end

return M
