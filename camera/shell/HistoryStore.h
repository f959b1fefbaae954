#import <Foundation/Foundation.h>

#include "core/history.h"
#include "core/recognizer.h"

NS_ASSUME_NONNULL_BEGIN

// What was seen, kept in a file from one start of the app to the next. Used on
// the main queue.
@interface HistoryStore : NSObject

// Newest first; good until the next change.
@property(nonatomic, readonly) const std::deque<shopcam::Sighting>& sightings;
// Why the file could not be read or written; nil after a success.
@property(nonatomic, readonly, copy, nullable) NSString* problem;

- (void)add:(const shopcam::Offer&)offer;
- (void)clear;

@end

NS_ASSUME_NONNULL_END
