using System.Diagnostics;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

/// <summary>
/// Whatever is done to a file, loading says <see cref="ModelFormatException"/>, at once and in little memory.
/// </summary>
[TestClass]
public class ModelFileAttackTests
{
    private static readonly byte[] s_file = TestModels.Bytes(TestModels.Mixed(features: 2, hidden: [2]));

    [TestMethod]
    public void Load_TruncatedAtEveryByte_IsRefusedInLittleMemory()
    {
        for (int length = 0; length < s_file.Length; length++)
        {
            byte[] cut = s_file[..length];
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.ThrowsExactly<ModelFormatException>(() =>
                ModelFile.Load(new MemoryStream(cut)), $"at byte {length}");
            // A small file's header costs some kilobytes of objects, and so does an exception, whatever the file's
            // length.
            Assert.IsLessThan(4 * s_file.Length + 65536, GC.GetAllocatedBytesForCurrentThread() - before,
                $"at byte {length}");
        }
    }

    [TestMethod]
    public void Load_EverySingleBitFlipped_IsRefused()
    {
        byte[] file = [.. s_file];
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(new MemoryStream(file)), $"bit {bit}");
            file[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.IsNotNull(ModelFile.Load(new MemoryStream(file)));
    }

    [TestMethod]
    [DataRow(20261121UL, 10_000)]
    public void Load_SeededMutations_AreRefusedQuicklyInLittleMemory(ulong seed, int count) => Fuzz(seed, count);

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(1UL, 1_000_000)]
    public void Load_ManySeededMutations_AreRefusedQuicklyInLittleMemory(ulong seed, int count) => Fuzz(seed, count);

    [TestMethod]
    public void Load_NotSeekableOneByteAtATime_GivesTheModel()
    {
        var stream = new AwkwardStream([.. s_file, 1, 2]) { MaxRead = 1 };

        MultiTaskModel model = ModelFile.Load(stream).Model;

        CollectionAssert.AreEqual(s_file, TestModels.Bytes(model));
        Assert.AreEqual(s_file.Length, stream.BytesRead);
        Assert.AreEqual(1, stream.ReadByte());
    }

    [TestMethod]
    public void Load_NotSeekableLongSections_GivesTheModel()
    {
        byte[] file = TestModels.Bytes(TestModels.Mixed(features: 300, hidden: [200]));

        CollectionAssert.AreEqual(file, TestModels.Bytes(ModelFile.Load(new AwkwardStream(file)).Model));
    }

    [TestMethod]
    public void Load_StreamThrows_LetsTheErrorThrough() =>
        Assert.ThrowsExactly<IOException>(() => ModelFile.Load(new AwkwardStream(s_file) { ThrowAt = 100 }));

    [TestMethod]
    public void Load_NotSeekableStreamThatClaimsMuch_TakesMemoryForWhatIsThere()
    {
        byte[] file = TestModels.Bytes(TestModels.Mixed(features: 10_000, hidden: [200]))[..20_000];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(new AwkwardStream(file)));

        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Load_FileOfFiveGigabytesOfZeros_IsRefusedFromItsBeginning() => WithFile(path =>
    {
        using (FileStream file = File.Create(path))
            file.SetLength(5L << 30);

        Assert.AreEqual("magic number", Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(path)).Section);
    });

    [TestMethod]
    public void Load_FileWithTrailingByte_IsRefused() => WithFile(path =>
    {
        File.WriteAllBytes(path, [.. s_file, 0]);

        Assert.AreEqual("end", Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(path)).Section);
    });

    [TestMethod]
    public void Load_FileShrinksWhileItIsRead_IsRefused() =>
        Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(new ShrinkingStream(s_file)));

    [TestMethod]
    public void Save_FaultAtEveryByte_KeepsTheOldFile() => WithFile(path =>
    {
        File.WriteAllText(path, "old");
        SavedModel model = new(TestModels.Mixed(features: 2, hidden: [2]));
        for (int quota = 0; quota < s_file.Length; quota += 7)
        {
            Assert.ThrowsExactly<IOException>(() =>
                AtomicFile.Write(path, s => ModelFile.Save(model, new QuotaStream(s, quota))));
            Assert.AreEqual("old", File.ReadAllText(path));
            Assert.HasCount(1, Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        }
    });

    private static void Fuzz(ulong seed, int count)
    {
        var random = new RandomStream(seed, "mutation");
        var watch = new Stopwatch();
        for (int i = 0; i < count; i++)
        {
            byte[] file = Mutated(ref random);
            if (file.AsSpan().SequenceEqual(s_file))
                continue;
            long before = GC.GetAllocatedBytesForCurrentThread();
            watch.Restart();
            Assert.ThrowsExactly<ModelFormatException>(() =>
                ModelFile.Load(new MemoryStream(file)), $"seed {seed}, mutation {i}: {Convert.ToHexString(file)}");
            Assert.IsLessThan(64L << 20, GC.GetAllocatedBytesForCurrentThread() - before, $"seed {seed}, mutation {i}");
            Assert.IsLessThan(5000, watch.ElapsedMilliseconds, $"seed {seed}, mutation {i}");
        }
    }

    // Half of the mutants get a right checksum, so that what lies behind it is reached.
    private static byte[] Mutated(ref RandomStream random)
    {
        List<byte> file = [.. s_file];
        for (int edits = 1 + random.NextInt32(3); edits > 0; edits--)
        {
            int at = random.NextInt32(file.Count);
            switch (random.NextInt32(4))
            {
                case 0: file[at] = (byte)random.NextInt32(256); break;
                case 1: file.RemoveAt(at); break;
                case 2: file.Insert(at, (byte)random.NextInt32(256)); break;
                default: file[at] = (byte)"0123456789,:[]{}\"-e.|()"[random.NextInt32(23)]; break;
            }
        }
        byte[] mutant = [.. file];
        int header = BitConverter.ToInt32(s_file, 8);
        bool headerOnly = mutant.Length >= 16 + header + 32
            && mutant.AsSpan(16 + header).SequenceEqual(s_file.AsSpan(16 + header));
        if (random.NextInt32(2) == 0 || !headerOnly)
            return mutant;
        byte[] body = mutant[..^32];
        byte[] closed = [.. body, .. System.Security.Cryptography.SHA256.HashData(body)];
        return IsHarmless(closed) ? s_file : closed;
    }

    // An edited name, number or version with a right checksum is a valid other model; such a mutant proves nothing.
    private static bool IsHarmless(byte[] file)
    {
        try
        {
            ModelFile.Load(new MemoryStream(file));
            return true;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    private static void WithFile(Action<string> test)
    {
        string folder = Directory.CreateTempSubdirectory("model").FullName;
        try
        {
            test(Path.Combine(folder, "model.mtsk"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
