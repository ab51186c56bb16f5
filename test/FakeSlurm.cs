namespace MLNet.MultiTask.Tests;

/// <summary>
/// Slurm's four commands as shell scripts that run jobs on this machine, at once; faults are files in its folder:
/// <c>down</c> = the controller does not answer, <c>lose</c> = so many places of arrays end as NODE_FAIL.
/// </summary>
internal sealed class FakeSlurm
{
    private const string Head = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho \"$(basename \"$0\") $*\" >> calls\n" +
        "[ -e down ] && { echo \"$(basename \"$0\"): error: Unable to contact slurm controller\" >&2; exit 1; }\n";

    private readonly string _folder;

    public FakeSlurm(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        Directory.CreateDirectory(In("jobs"));
        Script("sinfo", "echo short; echo long; echo short");
        Script("squeue", "for j in jobs/*.state; do [ -e \"$j\" ] && echo \"$(basename \"$j\" .state)|$(cat " +
            "\"$j\")\"; done; exit 0");
        Script("scancel", "shift; for j in \"$@\"; do [ \"$(cat jobs/$j.state)\" = RUNNING ] || continue\n" +
            "echo CANCELLED > jobs/$j.state; kill -9 -- -$(cat jobs/$j.pid) 2>/dev/null; done; exit 0");
        Script("sbatch", """
            [ -e broken ] && { echo "sbatch: error: Batch job submission failed: Invalid account" >&2; exit 1; }
            n=$(($(cat number 2>/dev/null || echo 100) + 1)); echo $n > number
            for a in "$@"; do case $a in
                --array=*) last=${a#--array=0-} ;;
                --output=*) out=${a#--output=} ;;
            esac; done
            cat > jobs/$n.sh
            i=0
            while [ $i -le $last ]; do
                left=$(cat lose 2>/dev/null || echo 0)
                if [ $left -gt 0 ]; then
                    echo $((left - 1)) > lose; echo NODE_FAIL > jobs/${n}_$i.state
                else
                    log=$(echo "$out" | sed "s/%A/$n/; s/%a/$i/")
                    echo RUNNING > jobs/${n}_$i.state
                    SLURM_ARRAY_TASK_ID=$i setsid sh -c "echo \$\$ > jobs/${n}_$i.pid; sh jobs/$n.sh >> '$log' 2>&1; \
                        r=\$?; [ \$r = 0 ] && s=COMPLETED || s=FAILED; echo \$s > jobs/${n}_$i.state" >/dev/null 2>&1 </dev/null &
                fi
                i=$((i + 1))
            done
            echo $n
            """);
    }

    public string Path => _folder;

    public string[] Calls => File.ReadAllLines(In("calls"));

    public void Set(string name, string text = "") => File.WriteAllText(In(name), text);

    public void Remove(string name) => File.Delete(In(name));

    public string[] States =>
        [.. Directory.GetFiles(In("jobs"), "*.state").Order().Select(f => File.ReadAllText(f).Trim())];

    private string In(string name) => System.IO.Path.Combine(_folder, name);

    private void Script(string name, string text)
    {
        File.WriteAllText(In(name), Head + text.ReplaceLineEndings("\n") + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(In(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
