import { describe, expect, it } from 'vitest'
import { createBoundedText } from '../../src/report/bounded-text.ts'

describe('a sheet of text', () => {
  it('holds what fits, counted in bytes and not in characters', () => {
    const text = createBoundedText(6)
    text.add('部署')
    expect({ text: text.text(), cut: text.isCut() }).toEqual({ text: '部署', cut: false })
    text.add('a')
    expect({ text: text.text(), cut: text.isCut() }).toEqual({ text: '部署', cut: true })
  })

  it('takes a part whole or not at all, and nothing after one that did not fit', () => {
    const text = createBoundedText(5)
    text.add('abc')
    text.add('def')
    text.add('g')
    expect(text.text()).toBe('abc')
  })

  it('closes a addTable of which not all rows fit', () => {
    const text = createBoundedText(6)
    text.addTable('<', ['1', '2', '3', '4', '5'], '>')
    expect({ text: text.text(), cut: text.isCut() }).toEqual({ text: '<1234>', cut: true })
  })

  it('leaves a addTable out that does not fit empty', () => {
    const text = createBoundedText(3)
    text.addTable('<<', ['1'], '>>')
    expect({ text: text.text(), cut: text.isCut() }).toEqual({ text: '', cut: true })
  })

  it('of no size holds nothing', () => {
    const text = createBoundedText(0)
    text.add('')
    expect(text.isCut()).toBe(false)
    text.add('a')
    expect({ text: text.text(), cut: text.isCut() }).toEqual({ text: '', cut: true })
  })
})
