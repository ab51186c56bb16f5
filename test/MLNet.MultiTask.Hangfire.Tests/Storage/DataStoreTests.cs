using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Tests.Storage;

[TestClass]
public sealed class DataStoreTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1 << 20)]
    [DataRow((5 << 19) + 3)]
    public void Get_WhatWasPut_IsTheSame(int length)
    {
        using Database database = Open();
        var store = new DataStore(database);
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        using var stream = new MemoryStream(bytes);
        string hash = DataStore.HashOf(stream);
        Assert.IsTrue(store.Put(hash, stream, default));
        Assert.IsFalse(store.Put(hash, stream, default));
        using var copy = new MemoryStream();
        store.Get(hash, copy, default);
        CollectionAssert.AreEqual(bytes, copy.ToArray());
    }

    [TestMethod]
    public void Get_DamagedOrMissing_IsRefused()
    {
        using Database database = Open();
        var store = new DataStore(database);
        using var stream = new MemoryStream(new byte[5000]);
        string hash = DataStore.HashOf(stream);
        store.Put(hash, stream, default);
        database.UseNow(c => c.Run("select lo_put(large, 4000, '\\x01') from multitask.data"));
        StringAssert.Contains(Assert.ThrowsExactly<WorkerRefusedException>(() =>
            store.Get(hash, new MemoryStream(), default)).Message, "is damaged: its SHA-256 is another one");
        StringAssert.Contains(Assert.ThrowsExactly<WorkerRefusedException>(() =>
            store.Get(new string('0', 64), new MemoryStream(), default)).Message, "is not in the database");
    }

    [TestMethod]
    public void Put_StreamThatFails_LeavesNothing()
    {
        using Database database = Open();
        using var stream = new FailingStream();
        Assert.ThrowsExactly<IOException>(() => new DataStore(database).Put("h", stream, default));
        Assert.AreEqual(0L, database.UseNow(c => c.Ask("select count(*) from pg_largeobject_metadata")));
        Assert.AreEqual(0L, database.UseNow(c => c.Ask("select count(*) from multitask.data")));
    }

    private static Database Open()
    {
        var database = new Database(ServerAddress.Parse(Server.NewDatabase()), TimeSpan.FromSeconds(5));
        database.UseNow<object?>(c =>
        {
            Schema.Ensure(c, database.Address);
            return null;
        });
        return database;
    }

    private sealed class FailingStream() : MemoryStream(new byte[3 << 20])
    {
        public override int Read(Span<byte> buffer) =>
            Position > 1 << 20 ? throw new IOException("torn") : base.Read(buffer);
    }
}
