// Browsers start no worker for a page opened from a file. The search then runs in a hidden frame.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.appendChild(frame)
      this.inside = frame.contentWindow
      this.inside.document.open()
      this.inside.document.write(
        "<!doctype html><body><script>" +
          "postMessage = message => frameElement.answer(message);" +
          "importScripts = (...all) => all.reduce((before, one) => before.then(() =>" +
          "new Promise((done, failed) => { const s = document.createElement('script');" +
          "s.src = one; s.onload = done; s.onerror = failed; document.body.appendChild(s) }))," +
          "Promise.resolve())</script></body>"
      )
      this.inside.document.close()
      frame.answer = message => this.tell(this, message)
      const script = this.inside.document.createElement("script")
      this.ready = new Promise((done, failed) => {
        script.onload = done
        script.onerror = failed
      })
      script.src = address
      this.inside.document.body.appendChild(script)
    }

    postMessage(message) {
      this.ready.then(() => this.tell(this.inside, structuredClone(message)))
    }

    terminate() {
      this.inside.frameElement.remove()
    }

    tell(whom, data) {
      const event = new MessageEvent("message", { data })
      whom.dispatchEvent(event)
      if (whom === this && this.onmessage) this.onmessage(event)
    }
  }
}
