using System.Globalization;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

[TestClass]
public class AtomicFileTests
{
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("atomic").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Write_NewAndExistingFile_HoldsTheContentAndNothingElseRemains()
    {
        string path = Path.Combine(_folder, "model");
        foreach (byte content in (byte[])[1, 2])
        {
            AtomicFile.Write(path, s => s.WriteByte(content));
            CollectionAssert.AreEqual(new[] { content }, File.ReadAllBytes(path));
        }
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void Write_ErrorAfterEachByte_KeepsTheOldFileAndLeavesNoOther()
    {
        string path = Path.Combine(_folder, "model");
        File.WriteAllText(path, "old");
        for (int written = 0; written < 20; written++)
        {
            Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(path, s =>
            {
                for (int i = 0; i < written; i++)
                    s.WriteByte(1);
                throw new IOException("disk full");
            }));
            Assert.AreEqual("old", File.ReadAllText(path));
            CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(_folder));
        }
    }

    [TestMethod]
    public void Write_Directory_SaysSo() => StringAssert.Contains(
        Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(_folder, s => s.WriteByte(1))).Message,
            "is a directory");

    [TestMethod]
    public void Write_MissingFolder_SaysSo() => StringAssert.Contains(Assert.ThrowsExactly<DirectoryNotFoundException>(
        () => AtomicFile.Write(Path.Combine(_folder, "no", "model"), s => s.WriteByte(1))).Message, "does not exist");

    [TestMethod]
    public void Write_ReadOnlyFile_IsRefusedAndKept()
    {
        string path = Path.Combine(_folder, "model");
        File.WriteAllText(path, "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        if (!File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
            Assert.Inconclusive("this user may write read-only files");

        StringAssert.Contains(Assert.ThrowsExactly<UnauthorizedAccessException>(
            () => AtomicFile.Write(path, s => s.WriteByte(1))).Message, "is read-only");

        Assert.AreEqual("old", File.ReadAllText(path));
        File.SetAttributes(path, FileAttributes.Normal);
    }

    [TestMethod]
    [DataRow("modèle 模型 🙂")]
    [DataRow("a name of more than two hundred characters ------------------------------------------------------------" +
        "--------------------------------------------------------" +
        "--------------------------------------------------------")]
    public void Write_UnicodeOrLongName_Works(string name)
    {
        string path = Path.Combine(_folder, name);

        AtomicFile.Write(path, s => s.WriteByte(7));

        Assert.AreEqual(7, File.ReadAllBytes(path)[0]);
    }

    [TestMethod]
    public void Write_RelativeName_LandsInTheCurrentFolder()
    {
        string name = $"atomic-{Guid.NewGuid():N}";
        AtomicFile.Write(name, s => s.WriteByte(1));

        Assert.IsTrue(File.Exists(Path.Combine(Environment.CurrentDirectory, name)));
        File.Delete(name);
    }

    [TestMethod]
    public void Write_SymbolicLink_ReplacesItsTarget()
    {
        string target = Path.Combine(_folder, "target"), link = Path.Combine(_folder, "link");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, target);

        AtomicFile.Write(link, s => s.WriteByte(1));

        CollectionAssert.AreEqual(new byte[] { 1 }, File.ReadAllBytes(target));
        Assert.AreEqual(target, new FileInfo(link).LinkTarget);
    }

    [TestMethod]
    public void Write_ManyAtOnce_LeavesOneCompleteWinner()
    {
        string path = Path.Combine(_folder, "model");

        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => AtomicFile.Write(path, s =>
        {
            for (int k = 0; k < 1000; k++)
                s.WriteByte((byte)i);
        }));

        byte[] content = File.ReadAllBytes(path);
        Assert.HasCount(1000, content);
        Assert.HasCount(1, content.Distinct().ToArray(), content[0].ToString(CultureInfo.InvariantCulture));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void Write_ExistingFile_KeepsItsMode()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Windows has no file mode");
            return;
        }
        string path = Path.Combine(_folder, "model");
        File.WriteAllText(path, "old");
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(path, mode);
        AtomicFile.Write(path, s => s.WriteByte(1));
        Assert.AreEqual(mode, File.GetUnixFileMode(path));
    }

    [TestMethod]
    public void Write_Device_IsWrittenToAndStays()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("only Linux tells devices apart");
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, "/dev/null");
        AtomicFile.Write(link, s => s.WriteByte(1));
        Assert.IsTrue(FileStatus.IsSpecial("/dev/null") && FileStatus.IsSpecial(link));
        CollectionAssert.AreEqual(new[] { link }, Directory.GetFileSystemEntries(_folder));
        Assert.ThrowsExactly<IOException>(() => AtomicFile.Write("/dev/full", s => s.WriteByte(1)));
    }

    [TestMethod]
    public void Write_FilesThatAKilledProcessLeft_AreRemovedButNotThoseBeingWritten()
    {
        string target = Path.Combine(_folder, "model");
        string left = TemporaryFile.NameBeside(target), mine = Path.Combine(_folder, ".other.tmp");
        File.WriteAllText(left, "half");
        File.WriteAllText(mine, "not ours");
        string busy = TemporaryFile.NameBeside(target);
        using FileStream written = TemporaryFile.Create(busy, target);
        foreach (string old in new[] { left, busy, mine })
            File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddMinutes(-1));

        AtomicFile.Write(target, s => s.WriteByte(1));

        CollectionAssert.AreEquivalent(new[] { target, busy, mine }, Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void Write_LongestName_Fits()
    {
        string path = Path.Combine(_folder, new string('m', 255));
        AtomicFile.Write(path, s => s.WriteByte(1));
        Assert.IsTrue(File.Exists(path));
    }
}
