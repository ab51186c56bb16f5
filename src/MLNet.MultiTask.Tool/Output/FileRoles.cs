namespace MLNet.MultiTask.Tool.Output;

/// <summary>All files that a command line names: a file that is written must have no other role.</summary>
internal sealed class FileRoles
{
    private readonly List<(string Option, string Path, bool IsWritten)> _files = [];

    /// <summary>A file that is read; null where the option is not given.</summary>
    public FileRoles Read(string option, string? path) => Add(option, path, false);

    /// <summary>A file that is written; null where the option is not given.</summary>
    public FileRoles Write(string option, string? path) => Add(option, path, true);

    /// <summary>Refuses to go on where a file would be lost.</summary>
    public void ThrowIfAnyIsLost()
    {
        for (int i = 0; i < _files.Count; i++)
            for (int j = i + 1; j < _files.Count; j++)
                if ((_files[i].IsWritten || _files[j].IsWritten) && !IsDevice(i) && Same(i, j))
                    throw new InputException($"{_files[i].Option} and {_files[j].Option} name the same file, " +
                        $"'{RealPath.Of(_files[i].Path)}', which would be overwritten.");
    }

    private FileRoles Add(string option, string? path, bool isWritten)
    {
        if (path is not null)
            _files.Add((option, path, isWritten));
        return this;
    }

    private bool IsDevice(int i) => Persistence.FileStatus.IsSpecial(_files[i].Path);

    private bool Same(int i, int j) => RealPath.AreSame(_files[i].Path, _files[j].Path);
}
