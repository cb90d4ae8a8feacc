// The scripts that have a shell ask `lockstep complete` what can come next.

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The first character of the line that says where a file name goes, behind the words. */
export const FILES_MARK = ":";

/** A script for each shell, which is to be sourced. Each calls whatever `lockstep` is in that shell. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  // Also for bash 3.2, which macOS has: it knows neither mapfile nor compopt.
  bash: `# Completion of lockstep in bash: source <(lockstep completion bash)
_lockstep() {
  local line=\${COMP_LINE:0:COMP_POINT} words word prefix value
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  word=\${words[\${#words[@]} - 1]}
  # Of --format=sarif:FILE, readline replaces only what follows the last of these characters.
  [[ $COMP_WORDBREAKS == *=* && $word == *=* ]] && prefix=\${word%"\${word##*=}"}
  [[ $COMP_WORDBREAKS == *:* && $word == *:* ]] && prefix=\${word%"\${word##*:}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    if [[ $value == ${FILES_MARK}* ]]; then
      compopt -o default 2>/dev/null && continue
      while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "\${word#"$prefix"}")
    else
      COMPREPLY+=("\${value#"$prefix"}")
    fi
  done < <(lockstep complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _lockstep lockstep
`,
  zsh: `#compdef lockstep
# Completion of lockstep in zsh: source <(lockstep completion zsh), or this as _lockstep in a folder of $fpath
_lockstep() {
  local -a lines values
  local line
  lines=("\${(@f)$(lockstep complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    if [[ $line == ${FILES_MARK}* ]]; then
      compset -P "\${(b)line#${FILES_MARK}}"
      _files
      return
    fi
    values+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe lockstep values
}
if [[ \${funcstack[1]} == _lockstep ]]; then
  _lockstep "$@"
else
  compdef _lockstep lockstep
fi
`,
  fish: `# Completion of lockstep in fish: lockstep completion fish | source
function __lockstep_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    for line in (lockstep complete -- $words[2..-1] "$word" 2>/dev/null)
        if string match -q '${FILES_MARK}*' -- $line
            set -l prefix (string sub -s 2 -- $line)
            for path in (__fish_complete_path (string replace -- "$prefix" '' "$word"))
                echo $prefix$path
            end
        else
            echo $line
        end
    end
end
complete -c lockstep -f -a '(__lockstep_complete)'
`,
};
